import { Link } from "@tanstack/react-router"
import { Link2 } from "lucide-react"
import { words } from "../../../domain/words"
import type { CardProps } from "../cards"
import { Marker } from "../marker"

const say = words.marker

/** This session belongs with another one. */
export default function Linked({ entry }: CardProps) {
  const { relation, linked_session_id: other, external_id: foreign } = entry.event
  const known = (say.linked as Record<string, string>)[String(relation)] ?? say.linkedOther
  return (
    <Marker icon={<Link2 className="icon s" />} event={entry.event}>
      {known}
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
