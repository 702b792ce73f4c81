import { TriangleAlert } from "lucide-react"
import { unknownFilters } from "../../domain/list-view"
import { listWords } from "../../domain/words/list"
import type { OpenView } from "./use-views"

const say = listWords.savedView
const list = new Intl.ListFormat("en", { type: "conjunction" })

/** What of the open view cannot be shown here. */
export function ViewNotes({ view, gone }: OpenView) {
  const unknown = view ? unknownFilters(view) : []
  if (!gone && unknown.length === 0) return null
  return (
    <p
      role="status"
      className="flex items-center gap-2 px-6 pb-2 text-small text-muted max-md:px-4 max-md:pt-2"
    >
      <TriangleAlert className="icon s tone-attention" />
      {gone ? say.gone : say.unknown(list.format(unknown))}
    </p>
  )
}
