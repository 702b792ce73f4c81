import { words } from "../../domain/words"

export function DiffCount({ added, removed }: { added: number; removed: number }) {
  return (
    <span className="num shrink-0 whitespace-nowrap">
      {added > 0 && <span className="tone-success">{words.tool.added(added)}</span>}{" "}
      {removed > 0 && <span className="tone-problem">{words.tool.removed(removed)}</span>}
    </span>
  )
}
