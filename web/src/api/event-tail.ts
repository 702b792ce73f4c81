import type { Event } from "../domain/event"
import type { Frame } from "../domain/sse"
import { liveState, subscribeLive } from "./live"
import { openStream, type Stream } from "./stream"

/** Events of one session that came after the loaded ones, gathered per animation frame. */
export interface EventTail {
  subscribe: (listener: () => void) => () => void
  /** Newest last; the same array until something arrives. */
  events: () => readonly Event[]
}

const HIDDEN_MS = 10_000
/** Frames that are no events of the log. */
const PREVIEW = /^(event_start|event_delta|resync|ping|error)$/

interface TailOptions {
  sessionId: string
  after: number
  onResync: () => void
}

export function createEventTail({ sessionId, after, onResync }: TailOptions): EventTail {
  const listeners = new Set<() => void>()
  let events: readonly Event[] = []
  let queue: Event[] = []
  let cursor = String(after)
  let stream: Stream | null = null
  let hiddenTimer: ReturnType<typeof setTimeout> | undefined

  const flush = () => {
    events = mergeEvents(events, queue)
    queue = []
    for (const listener of listeners) listener()
  }

  const onFrame = (frame: Frame) => {
    if (frame.event === "resync") return onResync()
    if (PREVIEW.test(frame.event)) return
    if (frame.id !== null) cursor = frame.id
    if (queue.length === 0) schedule(flush)
    queue.push(JSON.parse(frame.data) as Event)
  }

  const open = () => {
    if (stream) return
    const path = `/sessions/${encodeURIComponent(sessionId)}/events/stream`
    const query: [string, string][] = [["include", "hansard"]]
    stream = openStream({ path, query, after: cursor, onFrame, onState: () => {} })
  }
  const close = () => {
    stream?.close()
    stream = null
  }

  const onVisibility = () => {
    clearTimeout(hiddenTimer)
    if (document.hidden) hiddenTimer = setTimeout(close, HIDDEN_MS)
    else if (liveState().phase !== "paused") open()
  }
  const onLive = () => (liveState().phase === "paused" ? close() : onVisibility())

  let unsubscribe = () => {}
  const start = () => {
    onLive()
    document.addEventListener("visibilitychange", onVisibility)
    unsubscribe = subscribeLive(onLive)
  }
  const stop = () => {
    clearTimeout(hiddenTimer)
    document.removeEventListener("visibilitychange", onVisibility)
    unsubscribe()
    close()
  }

  return {
    subscribe: (listener) => {
      if (listeners.size === 0) start()
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) stop()
      }
    },
    events: () => events,
  }
}

function schedule(flush: () => void): void {
  if (document.hidden) setTimeout(flush, 1000)
  else requestAnimationFrame(flush)
}

/** Both, in order of `seq`, each id once; a later copy (stamped as processed) replaces. */
export function mergeEvents(a: readonly Event[], b: readonly Event[]): readonly Event[] {
  if (b.length === 0) return a
  const last = a.at(-1)?.seq ?? -1
  const known = new Map(a.map((event, index) => [event.id, index]))
  const merged = [...a]
  let sorted = true
  let top = last
  for (const event of b) {
    const at = known.get(event.id)
    if (at !== undefined) merged[at] = event
    else {
      known.set(event.id, merged.length)
      merged.push(event)
      sorted &&= event.seq > top
      top = Math.max(top, event.seq)
    }
  }
  return sorted ? merged : merged.sort((x, y) => x.seq - y.seq)
}
