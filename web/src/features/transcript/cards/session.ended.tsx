import { CircleStop } from "lucide-react"
import { words } from "../../../domain/words"
import type { CardProps } from "../cards"
import { Marker } from "../marker"

export default function Ended({ entry }: CardProps) {
  return (
    <Marker icon={<CircleStop className="icon s" />} event={entry.event}>
      {words.marker.ended}
    </Marker>
  )
}
