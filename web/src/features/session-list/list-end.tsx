import { listWords } from "../../domain/words/list"
import { shellWords } from "../../domain/words/shell"
import { Button } from "../../ui/button"
import type { SessionList } from "./use-session-list"

/** Below the last row: more is coming, or could not be read. */
export function ListEnd({ more }: { more: SessionList["more"] }) {
  if (more.failed) {
    return (
      <p
        role="alert"
        className="flex items-center gap-3 px-6 py-3 text-small text-muted max-md:px-4"
      >
        {listWords.list.moreFailed}
        <Button size="row" onClick={more.load}>
          {shellWords.error.retry}
        </Button>
      </p>
    )
  }
  if (!more.has) return null
  return (
    <p className="px-6 py-3 text-small text-faint max-md:px-4">
      {more.loading ? listWords.list.more : " "}
    </p>
  )
}
