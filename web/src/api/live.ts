import type { Frame } from "../domain/sse"
import { rowStore } from "./row-store"
import { openStream, type Stream, type StreamState } from "./stream"
import type { Resync, RowFrame } from "./types"

/**
 * The workspace stream: one connection per browser. The tab that holds the lock reads the stream
 * and relays it; where the browser has no locks, every tab reads for itself.
 */

export type LiveState =
  | { phase: "idle" | "connecting" | "live" | "paused" | "signed-out"; since: number | null }
  | { phase: "waiting"; retryAt: number; attempt: number; since: number | null }

type Message =
  | { kind: "frame"; frame: Frame }
  | { kind: "state"; state: LiveState }
  | { kind: "hello" | "retry" }

const NAME = "hansard.stream"
const HIDDEN_MS = 60_000

let state: LiveState = { phase: "idle", since: null }
let paused = false
let started = false
let cursor: string | null = null
let stream: Stream | null = null
let release: (() => void) | null = null
let hiddenTimer: ReturnType<typeof setTimeout> | undefined
const listeners = new Set<() => void>()
const resyncListeners = new Set<() => void>()
const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(NAME)

/** Data on screen is as old as the last moment the stream was live; null before the first. */
const lastLive = () => (state.phase === "live" ? Date.now() : state.since)

function setState(next: LiveState): void {
  state = next
  for (const listener of listeners) listener()
}

function toLiveState(from: StreamState): LiveState {
  const since = lastLive()
  if (from.phase === "waiting") return { ...from, since }
  if (from.phase === "refused") return { phase: "signed-out", since }
  return { phase: from.phase, since }
}

function deliver(frame: Frame): void {
  if (frame.id !== null) cursor = frame.id
  if (frame.event === "session.row") rowStore.patch(JSON.parse(frame.data) as RowFrame)
  if (frame.event === "resync") {
    const { cursor: next } = JSON.parse(frame.data) as Resync
    moveTo(String(next))
    for (const listener of resyncListeners) listener()
  }
}

function moveTo(next: string): void {
  cursor = next
  stream?.moveTo(next)
}

function lead(): void {
  if (stream) return
  stream = openStream({
    path: "/stream",
    query: [["topics", "sessions"]],
    after: cursor,
    onFrame: (frame) => {
      deliver(frame)
      channel?.postMessage({ kind: "frame", frame } satisfies Message)
    },
    onState: (from) => {
      const wasBlind = cursor === null && from.phase === "live"
      setState(toLiveState(from))
      channel?.postMessage({ kind: "state", state } satisfies Message)
      // Opened without a position: whatever was read before may already be old.
      if (wasBlind) for (const listener of resyncListeners) listener()
    },
  })
}

function resign(): void {
  stream?.close()
  stream = null
  release?.()
  release = null
}

function apply(): void {
  if (release) return
  if (!navigator.locks) {
    lead()
    return
  }
  let waiting = true
  release = () => {
    waiting = false
  }
  void navigator.locks.request(NAME, () => {
    if (!waiting) return undefined
    return new Promise<void>((resolve) => {
      release = resolve
      lead()
    })
  })
}

function onMessage({ data }: MessageEvent<Message>): void {
  if (data.kind === "frame") deliver(data.frame)
  else if (data.kind === "state" && !stream) setState(data.state)
  else if (data.kind === "retry") stream?.retryNow()
  else if (data.kind === "hello" && stream) channel?.postMessage({ kind: "state", state })
}

function onVisibility(): void {
  clearTimeout(hiddenTimer)
  if (document.hidden) hiddenTimer = setTimeout(resign, HIDDEN_MS)
  else apply()
}

/** Starts the stream once, after the position of the first list when there is one. */
export function startLive(after: number | null | undefined): void {
  if (started) return
  started = true
  cursor = after === null || after === undefined ? null : String(after)
  setState({ phase: "connecting", since: null })
  channel?.addEventListener("message", onMessage)
  channel?.postMessage({ kind: "hello" } satisfies Message)
  document.addEventListener("visibilitychange", onVisibility)
  window.addEventListener("pagehide", resign)
  window.addEventListener("pageshow", (event) => event.persisted && onVisibility())
  apply()
}

/** After signing out or in again: forget the connection, start anew with the next list. */
export function stopLive(): void {
  resign()
  channel?.removeEventListener("message", onMessage)
  document.removeEventListener("visibilitychange", onVisibility)
  started = false
  setState({ phase: "signed-out", since: lastLive() })
}

export function retryLive(): void {
  if (stream) stream.retryNow()
  else channel?.postMessage({ kind: "retry" } satisfies Message)
}

export function setPaused(next: boolean): void {
  paused = next
  pausedState = { phase: "paused", since: lastLive() }
  rowStore.hold(next)
  for (const listener of listeners) listener()
}

let pausedState: LiveState = { phase: "paused", since: null }

export function liveState(): LiveState {
  return paused ? pausedState : state
}

export function subscribeLive(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Called when what is on screen has to be read again. */
export function onResync(listener: () => void): () => void {
  resyncListeners.add(listener)
  return () => resyncListeners.delete(listener)
}
