import type { Actor } from "../../../domain/event"
import { known, textIn } from "../../../domain/reading"
import { transcriptWords } from "../../../domain/words/transcript"
import type { CardProps } from "../cards"
import { SystemLine } from "../marker"

/** A person answered what the session asked. */
export default function ApprovalDecided({ entry }: CardProps) {
  const { actor, decision, message, decided_by } = entry.event
  const person = (decided_by as Actor | null | undefined) ?? actor
  const who = person?.name ?? transcriptWords.marker.somebody
  const what = known(transcriptWords.marker.decided, decision) ?? textIn(decision) ?? ""
  return (
    <SystemLine event={entry.event}>
      {`${who} ${what}${typeof message === "string" && message ? `: ${message}` : ""}`}
    </SystemLine>
  )
}
