import "./transcript.css"
import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual"
import { useEffect, useMemo, useRef } from "react"
import { indexAtSeq, seqOf } from "../../domain/fold-transcript"
import { outline } from "../../domain/outline"
import { shellWords } from "../../domain/words/shell"
import { transcriptWords } from "../../domain/words/transcript"
import { useMedia } from "../../ui/media"
import { FailurePanel } from "../shell"
import { Context } from "./context"
import { EntryView } from "./entry-view"
import { JumpToLatest } from "./jump-to-latest"
import { NothingShown } from "./nothing-shown"
import { OlderEvents } from "./older-events"
import { OutlineRail } from "./outline-rail"
import type { TranscriptProps } from "./transcript-props"
import { TranscriptSkeleton } from "./transcript-skeleton"
import { FOLLOW_PX, useFollow } from "./use-follow"
import { useOpened } from "./use-opened"
import { useTarget } from "./use-target"
import { useTextMarks } from "./use-text-marks"
import { useTranscriptKeys } from "./use-transcript-keys"
import { useTranscriptLog } from "./use-transcript-log"

const GAP = 8
/** Earlier events are asked for when this few entries are left above. */
const AHEAD = 12
const HEIGHT = { turn: 24, run: 34, call: 34, event: 88 } as const

/** The conversation: one column, newest at the end, drawn from the events alone. */
export function Transcript(props: TranscriptProps) {
  const { session, target, filter = "all", at = null, find = "", later = [] } = props
  const scroller = useRef<HTMLDivElement>(null)
  const column = useRef<HTMLDivElement>(null)
  const wide = useMedia("(min-width: 1280px)")
  const { log, folded, live } = useTranscriptLog(props)
  const { entries } = folded
  const items = useMemo(() => outline(entries), [entries])
  const open = useOpened(entries)

  const virtualizer = useVirtualizer<HTMLDivElement, Element>({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => HEIGHT[entries[index]?.shape ?? "event"],
    getItemKey: (index) => entries[index]?.key ?? index,
    gap: GAP,
    paddingStart: 40,
    paddingEnd: 24,
    overscan: 4,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: FOLLOW_PX,
    rangeExtractor: defaultRangeExtractor,
  })
  const follow = useFollow({
    virtualizer,
    ready: entries.length > 0,
    lastKey: entries.at(-1)?.key ?? null,
    elsewhere: target !== null,
  })
  const found = useTarget({
    target,
    at: folded.at,
    log,
    virtualizer,
    entries,
    opened: open.opened,
    onHidden: (why) => {
      if (why === "filtered") props.onFilter?.("all")
      else props.onAll?.()
    },
  })
  useEffect(() => {
    if (at !== null && target === null) virtualizer.scrollToEnd()
  }, [at, target, virtualizer])
  useTextMarks(column, find)

  const shown = virtualizer.getVirtualItems()
  const first = shown[0]?.index ?? 0
  const idle = !log.complete && !log.older.loading && !log.older.failed
  const { load } = log.older
  const wantsOlder = log.status === "ready" && first < AHEAD && idle
  const top = virtualizer.getVirtualItemForOffset((virtualizer.scrollOffset ?? 0) + GAP)?.index ?? 0
  const { place } = props
  useEffect(() => {
    if (wantsOlder) load()
    const seen = entries[top]
    if (place && seen) place.current = seqOf(seen) ?? place.current
  })

  const goTo = (index: number) => virtualizer.scrollToIndex(index, { align: "start" })
  useTranscriptKeys({
    entries,
    top,
    virtualizer,
    container: column,
    onToggle: open.toggle,
    onToggleAll: open.toggleAll,
    onEnd: at === null ? follow.toEnd : null,
    complete: log.complete,
  })

  if (log.status === "failed") {
    return (
      <div className="p-6 max-md:p-4">
        <FailurePanel title={shellWords.error.events} error={log.error} onRetry={log.retry} />
      </div>
    )
  }
  if (log.status === "loading") return <TranscriptSkeleton />

  const context = { session, live, opened: open.opened, all: open.all, find }
  const current = at === null ? -1 : indexAtSeq(entries, at)
  return (
    <Context value={context}>
      <div className="@container relative flex min-h-0 grow">
        <div className="flex min-w-0 grow flex-col">
          <div
            ref={scroller}
            tabIndex={0}
            className="min-h-0 grow overflow-y-auto px-6 outline-offset-[-2px] [mask-image:linear-gradient(transparent_0,#000_16px)] max-md:px-4"
          >
            <div
              ref={column}
              role="log"
              aria-live="off"
              aria-label={transcriptWords.label}
              className="relative max-w-205"
              style={{ height: virtualizer.getTotalSize() }}
            >
              <OlderEvents
                log={log}
                empty={entries.length === 0 && filter === "all"}
                earlier={at === null ? (props.earlier ?? null) : null}
              />
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
                    <EntryView
                      entry={entry}
                      found={found === entry.key}
                      current={line.index === current}
                    />
                  </div>
                )
              })}
            </div>
            {entries.length === 0 && filter !== "all" && log.complete && (
              <NothingShown filter={filter} onAll={() => props.onFilter?.("all")} />
            )}
            {at === null && <JumpToLatest follow={follow} entries={entries} />}
          </div>
          {props.floor}
        </div>
        {wide && <OutlineRail items={items} at={top} onGo={goTo} later={later} />}
      </div>
    </Context>
  )
}
