import type { Session } from "../domain/session"

/**
 * Every session row the browser knows, by id. Pages and patches meet here, never in the query
 * cache: patches are gathered per animation frame, and a row wakes only who looks at it.
 */

type Listener = () => void

/** A row as it is now, or a session that is gone. */
export type RowPatch =
  | { op: "upsert"; pos: number; row: Session }
  | { op: "remove"; pos: number; id: string }

const ORDER_MS = 250
const FRESH_MS = 1200

export interface RowStore {
  get: (id: string) => Session | undefined
  /** Rows of an answer; the higher `pos` wins over what a patch brought meanwhile. */
  merge: (rows: readonly Session[]) => void
  patch: (patch: RowPatch) => void
  /** Ids that a patch has touched: their place has to be judged here, not by the page. */
  patched: () => ReadonlySet<string>
  isRemoved: (id: string) => boolean
  /** True for a moment after a row came by the stream for the first time. */
  isFresh: (id: string) => boolean
  /** Names of the connectors that any known row used. */
  connectors: () => string[]
  /** Known sessions by their last change; sub-agents and archived ones left out. */
  newest: (count: number) => Session[]
  hold: (held: boolean) => void
  subscribeRow: (id: string, listener: Listener) => () => void
  subscribeOrder: (listener: Listener) => () => void
  orderVersion: () => number
  /** A change by the person at the screen: shown at once, also while updates are held. */
  own: (patch: RowPatch) => void
  /** The server did what the person asked of it: a held order gives way. */
  giveWay: () => void
  /** Grows with every own change, so that a held order knows to give way. */
  ownVersion: () => number
  clear: () => void
}

type Schedule = (flush: () => void) => void

export function createRowStore(schedule: Schedule): RowStore {
  const rows = new Map<string, Session>()
  const removed = new Map<string, number>()
  const touched = new Set<string>()
  const freshUntil = new Map<string, number>()
  const waiting = new Map<string, RowPatch>()
  const rowListeners = new Map<string, Set<Listener>>()
  const orderListeners = new Set<Listener>()
  let version = 0
  let ownVersion = 0
  let held = false
  let scheduled = false
  let orderTimer: ReturnType<typeof setTimeout> | null = null

  const wakeRow = (id: string) => {
    for (const listener of rowListeners.get(id) ?? []) listener()
  }
  const wakeOrder = () => {
    version += 1
    for (const listener of orderListeners) listener()
  }

  const accept = (row: Session): boolean => {
    const known = rows.get(row.id)
    if (known && known.pos > row.pos) return false
    if ((removed.get(row.id) ?? -1) >= row.pos) return false
    rows.set(row.id, row)
    removed.delete(row.id)
    return true
  }

  const apply = (patch: RowPatch) => {
    if (patch.op === "remove") {
      removed.set(patch.id, patch.pos)
      touched.add(patch.id)
      wakeRow(patch.id)
      return
    }
    const isNew = !rows.has(patch.row.id)
    if (!accept(patch.row)) return
    touched.add(patch.row.id)
    if (isNew) freshUntil.set(patch.row.id, Date.now() + FRESH_MS)
    wakeRow(patch.row.id)
  }

  const flush = () => {
    scheduled = false
    if (held || waiting.size === 0) return
    const patches = [...waiting.values()]
    waiting.clear()
    for (const patch of patches) apply(patch)
    if (orderTimer !== null) return
    orderTimer = setTimeout(() => {
      orderTimer = null
      wakeOrder()
    }, ORDER_MS)
  }

  const later = () => {
    if (scheduled || held) return
    scheduled = true
    schedule(flush)
  }

  return {
    get: (id) => rows.get(id),
    merge: (answer) => {
      for (const row of answer) if (accept(row)) wakeRow(row.id)
      wakeOrder()
    },
    patch: (patch) => {
      const id = patch.op === "remove" ? patch.id : patch.row.id
      const earlier = waiting.get(id)
      if (earlier && earlier.pos > patch.pos) return
      waiting.set(id, patch)
      later()
    },
    patched: () => touched,
    isRemoved: (id) => removed.has(id),
    isFresh: (id) => (freshUntil.get(id) ?? 0) > Date.now(),
    connectors: () =>
      [...new Set([...rows.values()].flatMap((row) => row.connectors ?? []))].sort(),
    newest: (count) =>
      [...rows.values()]
        .filter((row) => !row.parent_id && row.archived_at === null && !removed.has(row.id))
        .sort((a, b) => Date.parse(b.updated_at) - Date.parse(a.updated_at))
        .slice(0, count),
    hold: (next) => {
      held = next
      later()
    },
    subscribeRow: (id, listener) => {
      const listeners = rowListeners.get(id) ?? new Set()
      rowListeners.set(id, listeners.add(listener))
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) rowListeners.delete(id)
      }
    },
    subscribeOrder: (listener) => {
      orderListeners.add(listener)
      return () => orderListeners.delete(listener)
    },
    orderVersion: () => version,
    own: (patch) => {
      apply(patch)
      ownVersion += 1
      wakeOrder()
    },
    giveWay: () => {
      ownVersion += 1
      wakeOrder()
    },
    ownVersion: () => ownVersion,
    clear: () => {
      rows.clear()
      removed.clear()
      touched.clear()
      waiting.clear()
      freshUntil.clear()
      wakeOrder()
    },
  }
}

/** The browser's one store: frames while visible, a timer while hidden (no frames come then). */
export const rowStore = createRowStore((flush) => {
  if (typeof document !== "undefined" && document.hidden) setTimeout(flush, 1000)
  else requestAnimationFrame(flush)
})
