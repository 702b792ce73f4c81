import { transcriptWords } from "../../../domain/words/transcript"
import type { CardProps } from "../cards"
import { SystemLine } from "../marker"

/** A person gave the session another name. */
export default function Renamed({ entry }: CardProps) {
  const { actor, title } = entry.event
  return (
    <SystemLine event={entry.event}>
      {transcriptWords.marker.renamed(
        actor?.name ?? transcriptWords.marker.somebody,
        String(title),
      )}
    </SystemLine>
  )
}
