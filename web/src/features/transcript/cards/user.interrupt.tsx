import { OctagonX } from "lucide-react"
import { transcriptWords } from "../../../domain/words/transcript"
import type { CardProps } from "../cards"
import { Marker } from "../marker"

export default function Interrupted({ entry }: CardProps) {
  const name = entry.event.actor?.type === "person" ? entry.event.actor.name : null
  return (
    <Marker icon={<OctagonX className="icon s" />} event={entry.event}>
      {name ? transcriptWords.interruptedBy(name) : transcriptWords.interrupted}
    </Marker>
  )
}
