import { OctagonPause } from "lucide-react"
import { words } from "../../../domain/words"
import type { CardProps } from "../cards"
import { Marker } from "../marker"

/** The work stopped for a reason that a reader has to know. */
export default function Stopped({ entry }: CardProps) {
  const reason = (entry.event.stop_reason as { type?: string } | undefined)?.type ?? ""
  return (
    <Marker icon={<OctagonPause className="icon s tone-attention" />} event={entry.event}>
      {(words.marker.stopReason as Record<string, string>)[reason] ?? reason}
    </Marker>
  )
}
