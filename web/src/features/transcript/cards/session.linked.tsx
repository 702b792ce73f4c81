import { Link } from "@tanstack/react-router"
import { Link2 } from "lucide-react"
import type { Event } from "../../../domain/event"
import { known } from "../../../domain/reading"
import { transcriptWords } from "../../../domain/words/transcript"
import type { CardProps } from "../cards"
import { Marker } from "../marker"

const say = transcriptWords.marker

const BY_TYPE: Record<string, string> = {
  "session.forked": say.forked,
  "session.backgrounded": say.backgrounded,
}

function sentence(event: Event): string {
  return known(say.linked, event.relation) ?? BY_TYPE[event.type] ?? say.linkedOther
}

/** This session belongs with another one. */
export default function Linked({ entry }: CardProps) {
  const { linked_session_id, session_child_id, external_id: foreign } = entry.event
  const other = linked_session_id ?? session_child_id
  return (
    <Marker icon={<Link2 className="icon s" />} event={entry.event}>
      {sentence(entry.event)}
      {typeof other === "string" && (
        <Link to="/sessions/$key" params={{ key: other }} className="text-accent">
          {say.openLinked}
        </Link>
      )}
      {typeof other !== "string" && typeof foreign === "string" && (
        <code className="text-meta">{say.notImported(foreign)}</code>
      )}
    </Marker>
  )
}
