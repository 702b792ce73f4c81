import { words } from "../../domain/words"
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
        {words.list.moreFailed}
        <Button size="row" onClick={more.load}>
          {words.error.retry}
        </Button>
      </p>
    )
  }
  if (!more.has) return null
  return (
    <p className="px-6 py-3 text-small text-faint max-md:px-4">
      {more.loading ? words.list.more : " "}
    </p>
  )
}
