import { words } from "../../../domain/words"
import type { CardProps } from "../cards"
import { SystemLine } from "../marker"

export default function Archived({ entry }: CardProps) {
  const archived = entry.event.type === "session.archived"
  return (
    <SystemLine event={entry.event}>
      {archived ? words.marker.archived : words.marker.unarchived}
    </SystemLine>
  )
}
