import { Shuffle } from "lucide-react"
import { UNKNOWN } from "../../../domain/format"
import { textIn } from "../../../domain/reading"
import { detailWords } from "../../../domain/words/detail"
import type { CardProps } from "../cards"
import { Marker } from "../marker"

/** From this turn on another model answers. */
export default function ModelChanged({ entry }: CardProps) {
  const from = textIn(entry.event.from) ?? UNKNOWN
  const to = textIn(entry.event.to) ?? UNKNOWN
  return (
    <Marker icon={<Shuffle className="icon s" />} event={entry.event}>
      {detailWords.more.modelSwitch(from, to)}
    </Marker>
  )
}
