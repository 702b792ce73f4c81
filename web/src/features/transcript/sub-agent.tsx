import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { useMemo } from "react"
import { lastEvents } from "../../api/queries/detail"
import { foldTranscript } from "../../domain/fold-transcript"
import { detailWords } from "../../domain/words/detail"
import { useTranscript } from "./context"
import { EntryCard } from "./entry-card"
import { ToolRun } from "./tool-run"

const COUNT = 30
const SHOWN = 6

/** The end of a sub-agent's session, where it was started; the whole of it is one click away. */
export function SubAgent({ sessionId }: { sessionId: string }) {
  const { live } = useTranscript()
  const { data, error } = useQuery({
    ...lastEvents(sessionId, COUNT),
    refetchInterval: live ? 5000 : false,
  })
  const entries = useMemo(() => {
    if (!data) return []
    const folded = foldTranscript(data.events, { complete: data.complete, live, anchor: null })
    return folded.entries.flatMap((entry) => (entry.shape === "turn" ? [] : entry))
  }, [data, live])
  if (error) {
    return (
      <p className="border-t border-line-soft px-3 py-2 text-small text-muted">
        {detailWords.content.subAgentFailed}
      </p>
    )
  }
  const shown = entries.slice(-SHOWN)
  const hidden = entries.length > shown.length || data?.complete === false
  return (
    <section
      aria-label={detailWords.content.subAgent}
      className="ml-3 flex flex-col gap-2 border-t border-l-2 border-t-transparent border-l-line py-2 pr-3 pl-3"
    >
      {hidden && (
        <Link to="/sessions/$key" params={{ key: sessionId }} className="text-small text-accent">
          {detailWords.content.moreEarlier}
        </Link>
      )}
      {shown.map((entry) =>
        entry.shape === "run" ? (
          <ToolRun key={entry.key} entry={entry} />
        ) : (
          <EntryCard key={entry.key} entry={entry} />
        ),
      )}
    </section>
  )
}
