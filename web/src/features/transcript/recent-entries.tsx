import { useLayoutEffect, useMemo, useRef, useState } from "react"
import { foldTranscript } from "../../domain/fold-transcript"
import { isLive, type Session } from "../../domain/session"
import { centerWords } from "../../domain/words/command-center"
import { FailurePanel } from "../shell"
import { Context } from "./context"
import { EntryView } from "./entry-view"
import { useSessionEvents } from "./use-session-events"

interface Props {
  session: Session
  /** How many of the newest events. */
  count: number
}

const say = centerWords.peek

/** The end of a session, as its conversation draws it; it stays at the end while events arrive. */
export function RecentEntries({ session, count }: Props) {
  const log = useSessionEvents(session.id)
  const scroller = useRef<HTMLDivElement>(null)
  const live = isLive(session)
  const [opened] = useState(() => new Map<string, boolean>())
  const { entries } = useMemo(() => {
    const last = log.events.slice(-count)
    return foldTranscript(last, { complete: log.events.length <= count, live, anchor: null })
  }, [log.events, count, live])

  // biome-ignore lint/correctness/useExhaustiveDependencies: new entries push the end down
  useLayoutEffect(() => {
    const element = scroller.current
    if (element) element.scrollTop = element.scrollHeight
  }, [entries])

  if (log.status === "failed") {
    return (
      <div className="p-4">
        <FailurePanel title={say.failed} error={log.error} onRetry={log.retry} />
      </div>
    )
  }
  const shown = Math.min(count, log.events.length)
  return (
    <Context value={{ session, live, opened }}>
      <section
        ref={scroller}
        tabIndex={0}
        aria-label={say.last(shown)}
        className="min-h-0 grow overflow-y-auto px-4 py-3 -outline-offset-2"
      >
        <p className="pb-2 text-small text-faint">
          {log.status === "loading" ? say.loading : shown === 0 ? say.empty : say.last(shown)}
        </p>
        <div className="flex flex-col gap-2">
          {entries.map((entry) => (
            <EntryView key={entry.key} entry={entry} found={false} />
          ))}
        </div>
      </section>
    </Context>
  )
}
