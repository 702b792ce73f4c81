import { useMemo, useState } from "react"
import { foldTranscript, type Transcript } from "../../domain/fold-transcript"
import { blockEnd } from "../../domain/replay"
import { isLive } from "../../domain/session"
import { isShown } from "../../domain/transcript-filter"
import { lastTurnAnchor, turnStats } from "../../domain/turn-stats"
import type { TranscriptProps } from "./transcript-props"
import { type SessionEvents, useSessionEvents } from "./use-session-events"

interface TranscriptLog {
  log: SessionEvents
  folded: Transcript
  live: boolean
}

/** The events that are shown, folded to entries: all of them, some, or those up to a seq. */
export function useTranscriptLog(props: TranscriptProps): TranscriptLog {
  const { session, past, at = null, all, filter = "all" } = props
  const upTo = at === null ? null : blockEnd(at)
  // A replay may stand before a reset.
  const whole = all === true || at !== null
  const read = useSessionEvents(session.id, { all: whole, upTo })
  const events = useMemo(
    () => (at === null ? read.events : read.events.filter((event) => event.seq <= at)),
    [read.events, at],
  )
  const log = useMemo(() => ({ ...read, events }), [read, events])
  const ended = at !== null && at >= session.seq
  const live = (at !== null && !ended) || isLive(session)

  // The row was read about when the first page was: from then on turns are counted by hand. A row
  // of the past says itself up to where it counts.
  const [turnCount] = useState(session.turn_count)
  const { firstPage } = read
  const anchor = useMemo(() => {
    const known = past
      ? events.filter((event) => event.seq <= past.seq)
      : [...(firstPage ?? [])].reverse()
    if (at !== null && !past) return null
    return lastTurnAnchor(turnStats(known).values(), past?.turn_count ?? turnCount)
  }, [firstPage, turnCount, past, events, at])

  const folded = useMemo(
    () =>
      foldTranscript(events, {
        complete: read.complete,
        fromFirst: read.complete && (whole || (session.segment ?? 1) === 1),
        live,
        anchor,
        keep: (entry) => isShown(entry, filter),
      }),
    [events, read.complete, whole, session.segment, live, anchor, filter],
  )
  return { log, folded, live }
}
