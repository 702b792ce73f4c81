import { useVirtualizer } from "@tanstack/react-virtual"
import { useEffect, useMemo, useRef, useState } from "react"
import { blockEnd } from "../../../../domain/replay"
import { shellWords } from "../../../../domain/words/shell"
import { transcriptWords } from "../../../../domain/words/transcript"
import { useHotkeys } from "../../../../ui/hotkeys"
import { FailurePanel } from "../../../shell"
import { useFollow, useSessionEvents } from "../../../transcript"
import type { TabProps } from "../../tabs"
import { RawEvent } from "./raw-event"

const LINE = 33
const AHEAD = 20

/** The log as it is: every event with its JSON, and the source's own record where one is kept. */
export default function RawPanel({ session, event, at }: TabProps) {
  const upTo = at === null ? null : blockEnd(at)
  const log = useSessionEvents(session.id, { raw: true, all: at !== null, upTo })
  const scroller = useRef<HTMLDivElement>(null)
  const [opened, setOpened] = useState<ReadonlySet<string>>(() => new Set(event ? [event] : []))
  const events = useMemo(
    () => (at === null ? log.events : log.events.filter((one) => one.seq <= at)),
    [log.events, at],
  )

  const virtualizer = useVirtualizer<HTMLDivElement, Element>({
    count: events.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    getItemKey: (index) => events[index]?.id ?? index,
    paddingStart: log.complete ? 8 : 32,
    paddingEnd: 24,
    overscan: 12,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: 64,
  })
  const target = event === null ? -1 : events.findIndex((candidate) => candidate.id === event)
  const follow = useFollow({
    virtualizer,
    ready: events.length > 0,
    lastKey: events.at(-1)?.id ?? null,
    elsewhere: event !== null,
  })
  const done = useRef(false)
  const shown = virtualizer.getVirtualItems()
  const idle = !log.older.loading && !log.older.failed && !log.complete && events.length > 0
  const seeking = event !== null && target < 0
  const wantsOlder = idle && (seeking || (shown[0]?.index ?? 0) < AHEAD)
  const { load } = log.older
  useEffect(() => {
    if (wantsOlder) load()
    if (target < 0 || done.current) return
    done.current = true
    virtualizer.scrollToIndex(target, { align: "center" })
  })
  useHotkeys(at === null ? { End: follow.toEnd } : {})

  useEffect(() => {
    if (at !== null) virtualizer.scrollToEnd()
  }, [at, virtualizer])

  if (log.status === "failed") {
    return (
      <div className="p-6 max-md:p-4">
        <FailurePanel title={shellWords.error.events} error={log.error} onRetry={log.retry} />
      </div>
    )
  }
  const toggle = (id: string) => {
    const next = new Set(opened)
    if (!next.delete(id)) next.add(id)
    setOpened(next)
  }
  return (
    <div
      ref={scroller}
      tabIndex={0}
      // With a ground of its own: else Chromium may leave it unpainted when it opens at its end.
      className="min-h-0 grow overflow-y-auto bg-bg px-6 outline-offset-[-2px] max-md:px-4"
    >
      <h2 className="sr-only">{transcriptWords.raw.label}</h2>
      <ol className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {(log.status === "loading" || log.older.loading) && (
          <li className="absolute inset-x-0 top-0 flex h-8 items-center text-small text-faint">
            {transcriptWords.raw.loading}
          </li>
        )}
        {shown.map((line) => {
          const item = events[line.index]
          if (!item) return null
          return (
            <li
              key={line.key}
              ref={virtualizer.measureElement}
              data-index={line.index}
              className="absolute top-0 left-0 w-full"
              style={{ transform: `translateY(${line.start}px)` }}
            >
              <RawEvent
                event={item}
                open={opened.has(item.id)}
                found={item.id === event}
                onToggle={() => toggle(item.id)}
              />
            </li>
          )
        })}
      </ol>
    </div>
  )
}
