import { RotateCcw } from "lucide-react"
import { transcriptWords } from "../../../domain/words/transcript"
import type { CardProps } from "../cards"
import { Marker } from "../marker"

export default function Reset({ entry }: CardProps) {
  return (
    <Marker icon={<RotateCcw className="icon s" />} event={entry.event}>
      {transcriptWords.marker.reset}
    </Marker>
  )
}
