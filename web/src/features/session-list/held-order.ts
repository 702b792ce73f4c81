import { appendPaged, countMoves, type Order, sameOrder } from "../../domain/list-order"

/**
 * The order on screen. While it is held, rows keep their places and only newly loaded pages are
 * added; what would move is counted and waits.
 */
export interface HeldOrder {
  /** The order to show for what is wanted now; the same answer for the same question. */
  show: (wanted: Order, ask: Ask) => { order: Order; waiting: number }
  /** Let the next wanted order through. */
  release: () => void
}

interface Ask {
  held: boolean
  paged: ReadonlySet<string>
  /** Grows with every act of the person at the screen, which no hold may hide. */
  own: number
}

export function createHeldOrder(): HeldOrder {
  let order: Order | null = null
  let own = 0
  return {
    show: (wanted, ask) => {
      const forced = order === null || ask.own !== own
      own = ask.own
      if (forced || !ask.held) {
        if (order === null || !sameOrder(order, wanted)) order = wanted
        return { order, waiting: 0 }
      }
      order = appendPaged(order as Order, wanted, ask.paged)
      return { order, waiting: countMoves(order, wanted) }
    },
    release: () => {
      order = null
    },
  }
}
