import { TriangleAlert } from "lucide-react"
import type { Facet } from "../../domain/list-filter"
import { listWords } from "../../domain/words/list"
import { Button } from "../../ui/button"
import type { SessionSearch } from "./use-search"

const say = listWords.listSearch
const list = new Intl.ListFormat("en", { type: "conjunction" })

interface Props {
  search: SessionSearch
  offerArchived: boolean
  onArchived: () => void
}

const SEVERAL = new Set<Facet>(["status", "agent", "channel", "owner"])

/** Some facets are taken with one value, others not at all. */
const ignoredName = (facet: Facet) =>
  SEVERAL.has(facet) ? say.several(listWords.facet[facet]) : listWords.facet[facet]

/** What the hits leave out, and why: nothing is left out silently. */
export function SearchNotes({ search, offerArchived, onArchived }: Props) {
  const left = new Map(search.excluded.map(({ reason, sessions }) => [reason, sessions]))
  const archived = left.get("archived") ?? 0
  const condition = left.get("condition") ?? 0
  return (
    <>
      {search.ignored.length > 0 && (
        <span className="inline-flex items-center gap-1.5">
          <TriangleAlert className="icon s tone-attention" />
          {say.ignored(list.format(search.ignored.map(ignoredName)))}
        </span>
      )}
      {archived > 0 && (
        <span className="inline-flex items-center gap-1">
          {say.excludedArchived(archived)}
          {offerArchived && (
            <Button size="row" look="ghost" className="text-accent!" onClick={onArchived}>
              {say.withArchived}
            </Button>
          )}
        </span>
      )}
      {condition > 0 && <span>{say.excludedCondition(condition)}</span>}
      {!search.complete && <span>{say.behind}</span>}
    </>
  )
}
