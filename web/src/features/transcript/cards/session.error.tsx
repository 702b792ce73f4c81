import { CircleX } from "lucide-react"
import { faultOf } from "../../../domain/event"
import { transcriptWords } from "../../../domain/words/transcript"
import { Clock, Pieces } from "../../session-facts"
import type { CardProps } from "../cards"

/** Something failed around the agent: what, and whether it was tried again. */
export default function SessionError({ entry }: CardProps) {
  const { text, retried } = faultOf(entry.event)
  return (
    <div className="flex items-start gap-2 rounded-card border border-[color-mix(in_oklab,var(--problem)_40%,var(--line))] px-2.5 py-1.5 text-small">
      <CircleX className="icon s mt-0.5 tone-problem" />
      <span className="min-w-0 grow wrap-anywhere">
        <span className="text-problem">
          <Pieces text={text ?? transcriptWords.sessionError} code="none" />
        </span>{" "}
        {retried && <span className="text-muted">{transcriptWords.retrying}</span>}
      </span>
      <Clock at={entry.event.created_at} className="num shrink-0 text-meta text-faint" />
    </div>
  )
}
