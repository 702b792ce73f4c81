import { RotateCcw } from "lucide-react"
import { words } from "../../../domain/words"
import type { CardProps } from "../cards"
import { Marker } from "../marker"

export default function Reset({ entry }: CardProps) {
  return (
    <Marker icon={<RotateCcw className="icon s" />} event={entry.event}>
      {words.marker.reset}
    </Marker>
  )
}
