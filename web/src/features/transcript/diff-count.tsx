import { transcriptWords } from "../../domain/words/transcript"

export function DiffCount({ added, removed }: { added: number; removed: number }) {
  return (
    <span className="num shrink-0 whitespace-nowrap">
      {added > 0 && <span className="tone-success">{transcriptWords.tool.added(added)}</span>}{" "}
      {removed > 0 && <span className="tone-problem">{transcriptWords.tool.removed(removed)}</span>}
    </span>
  )
}
