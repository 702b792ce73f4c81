import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual"
import { useEffect, useMemo, useRef, useState } from "react"
import { foldTranscript } from "../../domain/fold-transcript"
import { outline } from "../../domain/outline"
import type { Session } from "../../domain/session"
import { hasFailed } from "../../domain/tool-call"
import { lastTurnAnchor, turnStats } from "../../domain/turn-stats"
import { words } from "../../domain/words"
import { useHotkeys } from "../../ui/hotkeys"
import { useMedia } from "../../ui/media"
import { FailurePanel } from "../shell"
import { Context } from "./context"
import { EntryView } from "./entry-view"
import { JumpToLatest } from "./jump-to-latest"
import { OlderEvents } from "./older-events"
import { OutlineRail } from "./outline-rail"
import { TranscriptSkeleton } from "./transcript-skeleton"
import { useDeepLink } from "./use-deep-link"
import { FOLLOW_PX, useFollow } from "./use-follow"
import { useSessionEvents } from "./use-session-events"

interface Props {
  session: Session
  /** Id of the event that a link points at. */
  event: string | null
}

const GAP = 8
/** Earlier events are asked for when this few entries are left above. */
const AHEAD = 12
const HEIGHT = { turn: 24, run: 34, call: 34, event: 88 } as const

/** The conversation: one column, newest at the end, drawn from the events alone. */
export function Transcript({ session, event }: Props) {
  const log = useSessionEvents(session.id)
  const scroller = useRef<HTMLDivElement>(null)
  const wide = useMedia("(min-width: 1280px)")
  const live = session.tone === "active" || session.state === "waiting"
  const [opened] = useState(() => new Map<string, boolean>())

  // The row was read about when the first page was: from then on turns are counted by hand.
  const [turnCount] = useState(session.turn_count)
  const anchor = useMemo(() => {
    const first = [...(log.firstPage ?? [])].reverse()
    return lastTurnAnchor(turnStats(first).values(), turnCount)
  }, [log.firstPage, turnCount])
  const { entries, at } = useMemo(
    () => foldTranscript(log.events, { complete: log.complete, live, anchor }),
    [log.events, log.complete, live, anchor],
  )
  const items = useMemo(() => outline(entries), [entries])

  const virtualizer = useVirtualizer<HTMLDivElement, Element>({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => HEIGHT[entries[index]?.shape ?? "event"],
    getItemKey: (index) => entries[index]?.key ?? index,
    gap: GAP,
    paddingStart: 40,
    paddingEnd: 24,
    overscan: 8,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: FOLLOW_PX,
    rangeExtractor: defaultRangeExtractor,
  })
  const follow = useFollow({
    virtualizer,
    ready: entries.length > 0,
    lastKey: entries.at(-1)?.key ?? null,
    elsewhere: event !== null,
  })
  const link = useDeepLink({ event, at, log, virtualizer, entries, opened })

  const shown = virtualizer.getVirtualItems()
  const first = shown[0]?.index ?? 0
  const wantsOlder =
    entries.length > 0 && first < AHEAD && !log.complete && !log.older.loading && !log.older.failed
  const { load } = log.older
  useEffect(() => {
    if (wantsOlder) load()
  })

  const top = virtualizer.getVirtualItemForOffset((virtualizer.scrollOffset ?? 0) + GAP)?.index ?? 0
  const goTo = (index: number) => virtualizer.scrollToIndex(index, { align: "start" })
  const goToFailure = (by: 1 | -1) => {
    for (let index = top + by; index >= 0 && index < entries.length; index += by) {
      const entry = entries[index]
      if (entry?.shape === "call" && hasFailed(entry.call)) return goTo(index)
    }
  }
  useHotkeys({
    End: follow.toEnd,
    n: () => goToFailure(1),
    "shift+n": () => goToFailure(-1),
  })

  if (log.status === "failed") {
    return (
      <div className="p-6 max-md:p-4">
        <FailurePanel title={words.error.events} error={log.error} onRetry={log.retry} />
      </div>
    )
  }
  if (log.status === "loading") return <TranscriptSkeleton />

  const context = { session, live, opened }
  return (
    <Context value={context}>
      <div className="@container relative flex min-h-0 grow">
        <div
          ref={scroller}
          tabIndex={0}
          className="min-w-0 grow overflow-y-auto px-6 outline-offset-[-2px] [mask-image:linear-gradient(transparent_0,#000_16px)] max-md:px-4"
        >
          <div
            role="log"
            aria-live="off"
            aria-label={words.transcript.label}
            className="relative max-w-205"
            style={{ height: virtualizer.getTotalSize() }}
          >
            <OlderEvents log={log} empty={entries.length === 0} />
            {shown.map((line) => {
              const entry = entries[line.index]
              if (!entry) return null
              return (
                <div
                  key={line.key}
                  ref={virtualizer.measureElement}
                  data-index={line.index}
                  className="absolute top-0 left-0 w-full"
                  style={{ transform: `translateY(${line.start}px)` }}
                >
                  <EntryView entry={entry} found={link.found === entry.key} />
                </div>
              )
            })}
          </div>
          <JumpToLatest follow={follow} entries={entries} />
        </div>
        {wide && <OutlineRail items={items} at={top} onGo={goTo} />}
      </div>
    </Context>
  )
}
