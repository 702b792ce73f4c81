import { CircleStop } from "lucide-react"
import { transcriptWords } from "../../../domain/words/transcript"
import type { CardProps } from "../cards"
import { Marker } from "../marker"

export default function Ended({ entry }: CardProps) {
  return (
    <Marker icon={<CircleStop className="icon s" />} event={entry.event}>
      {transcriptWords.marker.ended}
    </Marker>
  )
}
