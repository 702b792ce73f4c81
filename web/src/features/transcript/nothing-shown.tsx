import type { Filter } from "../../domain/transcript-filter"
import { detailWords } from "../../domain/words/detail"
import { Button } from "../../ui/button"

/** The filter leaves nothing: which one it was, and the way back. */
export function NothingShown({ filter, onAll }: { filter: Filter; onAll: () => void }) {
  return (
    <div className="flex max-w-205 flex-col items-center gap-3 py-16 text-center text-muted">
      {detailWords.show.none[filter]}
      <Button onClick={onAll}>{detailWords.show.showAll}</Button>
    </div>
  )
}
