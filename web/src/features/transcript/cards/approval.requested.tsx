import { Hand } from "lucide-react"
import { known } from "../../../domain/reading"
import { transcriptWords } from "../../../domain/words/transcript"
import { Clock, Pieces } from "../../session-facts"
import type { CardProps } from "../cards"
import { useTranscript } from "../context"

/** The session asks a person: what it is about. */
export default function ApprovalRequested({ entry }: CardProps) {
  const { approval_type: type, question, created_at } = entry.event
  const { session } = useTranscript()
  const open = session.approval_id != null && session.approval_id === entry.event.approval_id
  const label = known(transcriptWords.marker.asks, type)
  return (
    <div className="flex items-start gap-2 rounded-card border border-[color-mix(in_oklab,var(--attention)_40%,var(--line))] px-2.5 py-1.5 text-small">
      <Hand className="icon s mt-0.5 tone-attention" />
      <span className="min-w-0 grow wrap-anywhere">
        <span className="pr-1.5 font-medium">{label ?? transcriptWords.marker.asks.question}</span>
        {typeof question === "string" && <Pieces text={question} />}
        {open && <span className="block text-muted">{transcriptWords.marker.decideThere}</span>}
      </span>
      <Clock at={created_at} className="num shrink-0 text-meta text-faint" />
    </div>
  )
}
