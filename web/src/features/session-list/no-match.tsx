import { useQuery } from "@tanstack/react-query"
import { SearchX } from "lucide-react"
import { type ReactNode, useMemo } from "react"
import { tabCounts } from "../../api/queries/facets"
import { formatCount } from "../../domain/format"
import { type Counted, tabCount } from "../../domain/list-counts"
import {
  activeFacets,
  countsQuery,
  type Facet,
  type ListFilter,
  parseFilter,
  type Search,
  withFacet,
  withoutFacets,
  withValue,
} from "../../domain/list-filter"
import { listWords } from "../../domain/words/list"
import { Button } from "../../ui/button"
import { currentTime } from "../../ui/ticker"
import { FacetChip, RemoveButton } from "./facet-chip"
import { useFacetOptions } from "./facet-options"
import { useCounts } from "./use-counts"

const say = listWords.empty

interface Props {
  filter: ListFilter
  search: Search
  /** What was searched for, if anything was. */
  text?: string
  onSearch: (search: Search) => void
  children?: ReactNode
}

/** Filtered to nothing: the conditions that did it, each removable. Never shown as empty. */
export default function NoMatch({ filter, search, text = "", onSearch, children }: Props) {
  const options = useFacetOptions(useCounts(filter), filter)
  const facets = activeFacets(filter)
  const total = useTabCount({}, filter)
  const hint = !text ? say.noMatchHint : facets.length > 0 ? say.noHitHere(text) : say.noHit(text)
  return (
    <div className="flex grow flex-col items-center justify-center gap-1 px-6 pb-36 text-center max-md:pb-16">
      <SearchX className="icon mb-2 size-6! text-faint" />
      <h2 className="text-page font-semibold tracking-[-.01em]">
        {total ? say.noneOf(countText(total)) : say.noMatch}
      </h2>
      <p className="prose-wrap max-w-[60ch] text-muted">{hint}</p>
      {children && (
        <div className="flex flex-col items-center gap-1 pt-1 text-small text-muted">
          {children}
        </div>
      )}
      <div className="flex flex-wrap justify-center gap-2 pt-3">
        {text && (
          <span className="inline-flex">
            <span className="inline-flex h-7 max-w-60 items-center rounded-l-control border border-r-0 border-line bg-surface pr-1 pl-2 text-small">
              <span className="truncate">{text}</span>
            </span>
            <RemoveButton
              label={say.removeText}
              onRemove={() => onSearch(withValue(search, "q", null))}
            />
          </span>
        )}
        {facets.map((facet) => (
          <FacetChip
            key={facet}
            facet={facet}
            filter={filter}
            options={options}
            onChange={(changed, values) => onSearch(withFacet(search, changed, values))}
          />
        ))}
      </div>
      <div className="flex flex-wrap items-center justify-center gap-2 pt-3">
        <Button onClick={() => onSearch(withoutFacets(search))}>{listWords.facet.clear}</Button>
        {!text && <WayOut search={search} filter={filter} facets={facets} onSearch={onSearch} />}
      </div>
    </div>
  )
}

/** The one condition without which something matches, the last first. */
function WayOut({
  search,
  filter,
  facets,
  onSearch,
}: Pick<Props, "search" | "filter" | "onSearch"> & { facets: Facet[] }) {
  const last = facets.at(-1)
  const without = last ? withFacet(search, last, []) : search
  const count = useTabCount(without, filter)
  if (!last || facets.length < 2 || !count || count.count === 0) return null
  return (
    <Button look="ghost" onClick={() => onSearch(without)}>
      {say.without(listWords.facet[last], countText(count))}
    </Button>
  )
}

/** How many the open tab would hold under another address. */
function useTabCount(search: Search, { tab }: ListFilter): Counted | undefined {
  const key = JSON.stringify(search)
  const query = useMemo(
    () => countsQuery(parseFilter({ ...(JSON.parse(key) as Search), archived: "" }), currentTime()),
    [key],
  )
  return tabCount(useQuery(tabCounts(query)).data, tab)
}

const countText = ({ count, more }: Counted) =>
  more ? listWords.list.atLeast(count) : formatCount(count)
