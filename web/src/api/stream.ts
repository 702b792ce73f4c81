import { createFrameParser, type Frame } from "../domain/sse"
import { apiUrl, unauthorized } from "./client"

/** One live stream over fetch: resumes after its last durable frame, and says how it is doing. */

export type StreamState =
  | { phase: "connecting" }
  | { phase: "live" }
  | { phase: "waiting"; retryAt: number; attempt: number }
  | { phase: "refused"; status: number }

export interface StreamOptions {
  path: string
  query: [string, string][]
  /** Cursor to start after; null is live only. */
  after: string | null
  onFrame: (frame: Frame) => void
  onState: (state: StreamState) => void
}

export interface Stream {
  close: () => void
  retryNow: () => void
  /** Go on from another position, as a `resync` frame tells. */
  moveTo: (cursor: string) => void
}

const BACKOFF_S = [1, 2, 4, 5]
/** The server sends a comment every 15 s: three missed ones are a dead connection. */
const SILENCE_MS = 45_000

export function openStream(options: StreamOptions): Stream {
  let cursor = options.after
  let attempt = 0
  let closed = false
  let abort = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  const wait = () => {
    if (closed) return
    const seconds = BACKOFF_S[Math.min(attempt, BACKOFF_S.length - 1)] as number
    attempt += 1
    options.onState({ phase: "waiting", retryAt: Date.now() + seconds * 1000, attempt })
    timer = setTimeout(connect, seconds * 1000)
  }

  const take = (frame: Frame) => {
    if (frame.id !== null) cursor = frame.id
    options.onFrame(frame)
  }

  const connect = async () => {
    clearTimeout(timer)
    abort = new AbortController()
    const { signal } = abort
    options.onState({ phase: "connecting" })
    try {
      const status = await follow(options, cursor, abort, take, () => {
        attempt = 0
        options.onState({ phase: "live" })
      })
      if (status === null) return signal.aborted ? undefined : wait()
      closed = true
      options.onState({ phase: "refused", status })
      if (status === 401) unauthorized()
    } catch {
      if (!closed) wait()
    }
  }

  const reconnect = () => {
    if (closed) return
    attempt = 0
    abort.abort()
    void connect()
  }

  void connect()
  window.addEventListener("online", reconnect)
  return {
    close: () => {
      closed = true
      clearTimeout(timer)
      window.removeEventListener("online", reconnect)
      abort.abort()
    },
    retryNow: reconnect,
    moveTo: (next) => {
      cursor = next
    },
  }
}

/** Reads one connection to its end: null, or the status of a refusal that no retry will change. */
async function follow(
  options: StreamOptions,
  cursor: string | null,
  abort: AbortController,
  take: (frame: Frame) => void,
  live: () => void,
): Promise<number | null> {
  const query: [string, string][] = cursor === null ? [] : [["after", cursor]]
  const response = await fetch(apiUrl(options.path, [...options.query, ...query]), {
    headers: { accept: "text/event-stream" },
    credentials: "same-origin",
    signal: abort.signal,
  })
  if (response.status >= 400 && response.status < 500 && response.status !== 429) {
    return response.status
  }
  if (!response.ok || !response.body) throw new Error(`stream answered ${response.status}`)
  live()
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  const parse = createFrameParser()
  let watchdog = setTimeout(() => abort.abort("silent"), SILENCE_MS)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return null
      clearTimeout(watchdog)
      watchdog = setTimeout(() => abort.abort("silent"), SILENCE_MS)
      for (const frame of parse(value)) take(frame)
    }
  } finally {
    clearTimeout(watchdog)
  }
}
