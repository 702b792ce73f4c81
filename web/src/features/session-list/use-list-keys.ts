import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react"
import { rowStore } from "../../api/row-store"
import { isArchived, type Session } from "../../domain/session"
import { useHotkeys } from "../../ui/hotkeys"
import { useIsSelecting } from "../bulk"
import type { SessionActs } from "../session-actions"

interface Options {
  items: string[]
  /** The row to stand on at first: the one that was opened before. */
  initial: string | null
  scroller: RefObject<HTMLElement | null>
  acts: SessionActs
  open: (id: string) => void
}

/** Layers that come and go over the list: who was in the list before them is in it after them. */
const PASSING = "dialog, [role=menu], [role=status], [data-bulk-bar]"

/** Whether the focus was in the list and what had it was taken out of the page. */
function useLostFocus(scroller: RefObject<HTMLElement | null>): () => boolean {
  const held = useRef(false)
  const last = useRef<Element | null>(null)
  useEffect(() => {
    const onMove = ({ target }: Event) => {
      if (!(target instanceof Element)) return
      last.current = target
      if (target.closest(PASSING)) return
      held.current = scroller.current?.contains(target) === true
    }
    document.addEventListener("focusin", onMove)
    document.addEventListener("pointerdown", onMove)
    return () => {
      document.removeEventListener("focusin", onMove)
      document.removeEventListener("pointerdown", onMove)
    }
  }, [scroller])
  return () => {
    const gone = last.current?.isConnected === false
    return held.current && gone && document.activeElement === document.body
  }
}

/** The row that stands where a row that left stood: the one after it, else the one before. */
function neighbour(id: string, before: readonly string[], now: readonly string[]) {
  const at = before.indexOf(id)
  const there = new Set(now)
  const isThere = (other: string) => there.has(other)
  return before.slice(at + 1).find(isThere) ?? before.slice(0, Math.max(0, at)).findLast(isThere)
}

/** One tab stop, roving focus: j and k, arrows, Home and End; acts go to the row one stands on. */
export function useListKeys({ items, initial, scroller, acts, open }: Options) {
  const [current, setCurrent] = useState<string | null>(initial)
  const wanted = useRef<string | null>(initial)
  const scrollTo = useRef<(id: string) => void>(() => {})

  const isLost = useLostFocus(scroller)
  const selecting = useIsSelecting()
  const before = useRef(items)
  useLayoutEffect(() => {
    const left = current !== null && before.current.includes(current) && !items.includes(current)
    const next = left ? neighbour(current, before.current, items) : current
    before.current = items
    if (left) setCurrent(next ?? null)
    if (next && isLost()) {
      wanted.current = next
      if (left) scrollTo.current(next)
    }
  })

  // The row may have to be scrolled to and mounted before it can take focus.
  useLayoutEffect(() => {
    if (wanted.current === null) return
    const row = scroller.current?.querySelector<HTMLElement>(`[data-row="${wanted.current}"]`)
    if (!row) return
    wanted.current = null
    row.focus({ preventScroll: true })
  })

  const goTo = (id: string | undefined) => {
    if (!id) return
    wanted.current = id
    setCurrent(id)
    scrollTo.current(id)
  }
  const step = (by: number) => {
    const at = current === null ? -1 : items.indexOf(current)
    const next = at < 0 ? (by > 0 ? 0 : items.length - 1) : at + by
    goTo(items[Math.max(0, Math.min(items.length - 1, next))])
  }
  const onCurrent = (act: (session: Session) => void) => () => {
    const session = current === null ? undefined : rowStore.get(current)
    if (session) act(session)
  }
  const archive = (wantArchived: boolean) =>
    onCurrent((session) => isArchived(session) !== wantArchived && acts.toggleArchive(session))

  useHotkeys({
    j: () => step(1),
    k: () => step(-1),
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Home: () => goTo(items[0]),
    End: () => goTo(items.at(-1)),
    Enter: (event) => {
      const onControl = event.target instanceof HTMLElement && event.target.closest("button, a")
      if (onControl) (onControl as HTMLElement).click()
      else if (current !== null && items.includes(current)) open(current)
    },
    r: onCurrent(acts.rename),
    // With a selection these keys act on all of it (use-bulk-keys).
    ...(!selecting && {
      e: archive(true),
      "shift+e": archive(false),
      t: onCurrent(acts.label),
      "#": onCurrent(acts.remove),
    }),
    "y l": onCurrent(acts.copyLink),
    "y i": onCurrent(acts.copyId),
  })

  const onFocus = useCallback((id: string) => setCurrent(id), [])
  // Without a row to stand on, the first one is the tab stop.
  return { current: current ?? items[0] ?? null, onFocus, scrollTo }
}
