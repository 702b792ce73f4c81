import { useQueryClient } from "@tanstack/react-query"
import { useEffect, useRef, useState } from "react"
import { eventsAfter, STEP_EVENTS } from "../../../api/queries/detail"
import { type Speed, waitMillis } from "../../../domain/replay"
import { blockBefore, useEventsAround } from "./use-event-time"

interface Options {
  sessionId: string
  at: number
  last: number
  onAt: (seq: number) => void
}

export interface Playback {
  playing: boolean
  speed: Speed
  skipIdle: boolean
  toggle: () => void
  setSpeed: (speed: Speed) => void
  setSkipIdle: (skip: boolean) => void
}

/** Plays event after event, in the time that lay between them. */
export function usePlayback({ sessionId, at, last, onAt }: Options): Playback {
  const [wanted, setWanted] = useState(false)
  const [speed, setSpeed] = useState<Speed>(1)
  const [skipIdle, setSkipIdle] = useState(true)
  const client = useQueryClient()
  const playing = wanted && at < last

  const start = blockBefore(at)
  const around = useEventsAround(sessionId, at)
  const events = around ?? []
  const here = events.find((event) => event.seq >= at)
  const next = events.find((event) => event.seq > at)
  const beyond = playing && around !== undefined && !next

  const step = useRef(onAt)
  useEffect(() => {
    step.current = onAt
  })
  const to = next?.seq ?? (beyond ? at + 1 : null)
  const wait = here && next ? waitMillis(here.created_at, next.created_at, speed, skipIdle) : 0
  useEffect(() => {
    if (!playing || to === null) return
    const timer = setTimeout(() => step.current(to), wait)
    return () => clearTimeout(timer)
  }, [playing, to, wait])
  useEffect(() => {
    if (playing)
      void client.prefetchQuery(eventsAfter(sessionId, blockBefore(start + 1 + STEP_EVENTS)))
  }, [client, playing, sessionId, start])

  const toggle = () => {
    if (!playing && at >= last) onAt(1)
    setWanted(!playing)
  }
  return { playing, speed, skipIdle, toggle, setSpeed, setSkipIdle }
}
