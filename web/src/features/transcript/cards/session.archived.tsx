import { transcriptWords } from "../../../domain/words/transcript"
import type { CardProps } from "../cards"
import { SystemLine } from "../marker"

export default function Archived({ entry }: CardProps) {
  const archived = entry.event.type === "session.archived"
  return (
    <SystemLine event={entry.event}>
      {archived ? transcriptWords.marker.archived : transcriptWords.marker.unarchived}
    </SystemLine>
  )
}
