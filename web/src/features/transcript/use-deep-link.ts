import type { Virtualizer } from "@tanstack/react-virtual"
import { useEffect, useRef, useState } from "react"
import type { Entry } from "../../domain/fold-transcript"
import { words } from "../../domain/words"
import { announce } from "../shell"
import type { SessionEvents } from "./use-session-events"

interface Options {
  event: string | null
  at: Map<string, number>
  log: SessionEvents
  virtualizer: Virtualizer<HTMLDivElement, Element>
  entries: readonly Entry[]
  opened: Map<string, boolean>
}

const SHOWN_MS = 2000

/** Finds the event of a link, loading backwards until it is there; opens, shows and outlines it. */
export function useDeepLink({ event, at, log, virtualizer, entries, opened }: Options) {
  const [found, setFound] = useState<string | null>(null)
  const done = useRef<string | null>(null)

  useEffect(() => {
    if (event === null || done.current === event || log.status !== "ready") return
    const index = at.get(event)
    const entry = index === undefined ? undefined : entries[index]
    if (index !== undefined && entry) {
      done.current = event
      opened.set(entry.key, true)
      if (entry.shape === "run") opened.set(event, true)
      virtualizer.scrollToIndex(index, { align: "center" })
      setFound(entry.key)
      setTimeout(() => setFound(null), SHOWN_MS)
    } else if (log.complete) {
      done.current = event
      announce(words.transcript.eventNotFound)
      virtualizer.scrollToEnd()
    } else if (!log.older.loading && !log.older.failed) {
      announce(words.transcript.findingEvent)
      log.older.load()
    }
  })
  return { found }
}
