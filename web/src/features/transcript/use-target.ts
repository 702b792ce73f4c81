import type { Virtualizer } from "@tanstack/react-virtual"
import { useEffect, useRef, useState } from "react"
import { type Entry, idsOf, indexAtSeq } from "../../domain/fold-transcript"
import { transcriptWords } from "../../domain/words/transcript"
import { announce } from "../shell"
import type { SessionEvents } from "./use-session-events"

/** A place in the conversation: an event, or a seq. */
export interface Target {
  event?: string
  seq?: number
  /** Told apart from the one before, so that one may go to the same place twice. */
  nth: number
}

interface Options {
  target: Target | null
  at: Map<string, number>
  log: SessionEvents
  virtualizer: Virtualizer<HTMLDivElement, Element>
  entries: readonly Entry[]
  opened: Map<string, boolean>
  /** It is loaded and left out by a filter; or it is not in this part of the log. */
  onHidden: (why: "filtered" | "missing") => void
}

const SHOWN_MS = 2000
/** Rows above the target, and the target itself, grow while they are drawn: for so long it is held. */
const HOLD_MS = 1500
const STILL_FRAMES = 20
const BY_HAND = ["wheel", "touchmove", "pointerdown", "keydown"]

/** Finds the target, loading backwards until it is there; opens, shows and outlines it. */
export function useTarget(options: Options): string | null {
  const { target, log, virtualizer, entries, opened, onHidden } = options
  const [found, setFound] = useState<string | null>(null)
  const done = useRef(-1)
  const asked = useRef(-1)
  const showing = useRef({ frame: 0, timer: 0 })
  const letGo = useRef<() => void>(() => {})
  const latest = useRef(entries)

  useEffect(() => {
    latest.current = entries
  })
  useEffect(() => {
    const shown = showing.current
    return () => {
      stop(shown)
      letGo.current()
    }
  }, [])

  useEffect(() => {
    if (!target || done.current === target.nth || log.status !== "ready") return
    const place = placeOf(target, options)
    if (place !== "unloaded" && place !== "hidden") {
      done.current = target.nth
      const entry = entries[place]
      if (!entry) return
      open(entry, target, opened)
      letGo.current()
      letGo.current = holdInView(virtualizer, () =>
        latest.current.findIndex(({ key }) => key === entry.key),
      )
      setFound(null)
      stop(showing.current)
      showing.current.frame = requestAnimationFrame(() => setFound(entry.key))
      showing.current.timer = window.setTimeout(() => setFound(null), SHOWN_MS)
    } else if (place === "hidden" || log.complete) {
      const again = asked.current === target.nth
      asked.current = target.nth
      if (!again) return onHidden(place === "hidden" ? "filtered" : "missing")
      done.current = target.nth
      announce(transcriptWords.eventNotFound)
    } else if (!log.older.loading && !log.older.failed) {
      announce(transcriptWords.findingEvent)
      log.older.load()
    }
  })
  return found
}

/** Goes to a row and stays with it until it rests in view, or a person scrolls; returns the end. */
function holdInView(
  virtualizer: Virtualizer<HTMLDivElement, Element>,
  indexOf: () => number,
): () => void {
  const scroller = virtualizer.scrollElement
  const until = performance.now() + HOLD_MS
  let frame = 0
  let still = 0
  const end = () => {
    cancelAnimationFrame(frame)
    for (const kind of BY_HAND) scroller?.removeEventListener(kind, end)
  }
  const look = () => {
    const index = indexOf()
    still = isInView(scroller, index) ? still + 1 : 0
    if (still === 0) virtualizer.scrollToIndex(index, { align: alignOf(scroller, index) })
    if (still >= STILL_FRAMES || performance.now() > until) end()
    else frame = requestAnimationFrame(look)
  }
  for (const kind of BY_HAND) scroller?.addEventListener(kind, end, { passive: true })
  virtualizer.scrollToIndex(indexOf(), { align: "center" })
  frame = requestAnimationFrame(look)
  return end
}

const rowAt = (scroller: Element | null, index: number) =>
  scroller?.querySelector(`[data-index="${index}"]`)?.getBoundingClientRect()

/** What is higher than the view is read from its beginning. */
function alignOf(scroller: Element | null, index: number): "start" | "center" {
  const row = rowAt(scroller, index)
  return row && scroller && row.height > scroller.clientHeight ? "start" : "center"
}

function isInView(scroller: Element | null, index: number): boolean {
  const row = rowAt(scroller, index)
  const view = scroller?.getBoundingClientRect()
  if (!row || !view) return false
  return (
    row.top >= view.top - 1 &&
    row.top < view.bottom &&
    (row.bottom <= view.bottom + 1 || row.height > view.height)
  )
}

function stop({ frame, timer }: { frame: number; timer: number }): void {
  cancelAnimationFrame(frame)
  clearTimeout(timer)
}

function placeOf(target: Target, { at, log, entries }: Options): number | "unloaded" | "hidden" {
  if (target.event !== undefined) {
    const index = at.get(target.event)
    if (index !== undefined) return index
    const event = log.events.find((one) => one.id === target.event)
    if (!event) return "unloaded"
    // An event without an entry of its own is shown by what is around it, unless it is left out.
    const near = indexAtSeq(entries, event.seq)
    return near < 0 ? "hidden" : near
  }
  const seq = target.seq ?? 0
  const first = log.events[0]?.seq ?? 0
  if (seq < first && !log.complete) return "unloaded"
  const index = indexAtSeq(entries, seq)
  // What begins a turn stands below its line.
  return entries[index - 1]?.shape === "turn" ? index - 1 : Math.max(0, index)
}

function open(entry: Entry, target: Target, opened: Map<string, boolean>): void {
  if (entry.shape === "turn") return
  opened.set(entry.key, true)
  if (entry.shape !== "run") return
  const inner = entry.items.find((item) => target.event && idsOf(item).includes(target.event))
  if (inner) opened.set(inner.key, true)
}
