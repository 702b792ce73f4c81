import { KeyRound } from "lucide-react"
import { transcriptWords } from "../../../domain/words/transcript"
import type { CardProps } from "../cards"
import { Marker } from "../marker"

/** A secret that was learned later was taken out of earlier events. */
export default function Redacted({ entry }: CardProps) {
  const names = Array.isArray(entry.event.names) ? entry.event.names.join(", ") : ""
  return (
    <Marker icon={<KeyRound className="icon s" />} event={entry.event}>
      {transcriptWords.marker.secretsRemoved(names)}
    </Marker>
  )
}
