import { words } from "../../../domain/words"
import type { CardProps } from "../cards"
import { SystemLine } from "../marker"

/** A person gave the session another name. */
export default function Renamed({ entry }: CardProps) {
  const { actor, title } = entry.event
  return (
    <SystemLine event={entry.event}>
      {words.marker.renamed(actor?.name ?? words.marker.somebody, String(title))}
    </SystemLine>
  )
}
