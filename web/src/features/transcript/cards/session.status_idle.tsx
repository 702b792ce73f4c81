import { OctagonPause } from "lucide-react"
import { stopReason } from "../../../domain/event"
import { known } from "../../../domain/reading"
import { transcriptWords } from "../../../domain/words/transcript"
import type { CardProps } from "../cards"
import { Marker } from "../marker"

/** The work stopped for a reason that a reader has to know. */
export default function Stopped({ entry }: CardProps) {
  const reason = stopReason(entry.event)
  return (
    <Marker icon={<OctagonPause className="icon s tone-attention" />} event={entry.event}>
      {known(transcriptWords.marker.stopReason, reason) ?? reason}
    </Marker>
  )
}
