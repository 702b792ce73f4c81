import { CircleX } from "lucide-react"
import { words } from "../../../domain/words"
import { Clock, Pieces } from "../../session-facts"
import type { CardProps } from "../cards"

interface SessionFault {
  type?: string
  message?: string
  retry_status?: { type?: string }
}

/** Something failed around the agent: what, and whether it was tried again. */
export default function SessionError({ entry }: CardProps) {
  const fault = (entry.event.error ?? {}) as SessionFault
  const retried = fault.retry_status?.type === "retrying"
  return (
    <div className="flex items-start gap-2 rounded-card border border-[color-mix(in_oklab,var(--problem)_40%,var(--line))] px-2.5 py-1.5 text-small">
      <CircleX className="icon s mt-0.5 tone-problem" />
      <span className="min-w-0 grow wrap-anywhere">
        <span className="text-problem">
          <Pieces text={fault.message ?? fault.type ?? words.transcript.sessionError} code="none" />
        </span>{" "}
        {retried && <span className="text-muted">{words.transcript.retrying}</span>}
      </span>
      <Clock at={entry.event.created_at} className="num shrink-0 text-meta text-faint" />
    </div>
  )
}
