import { OctagonX } from "lucide-react"
import { words } from "../../../domain/words"
import type { CardProps } from "../cards"
import { Marker } from "../marker"

export default function Interrupted({ entry }: CardProps) {
  const name = entry.event.actor?.type === "person" ? entry.event.actor.name : null
  return (
    <Marker icon={<OctagonX className="icon s" />} event={entry.event}>
      {name ? words.transcript.interruptedBy(name) : words.transcript.interrupted}
    </Marker>
  )
}
