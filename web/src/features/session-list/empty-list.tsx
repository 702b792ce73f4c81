import { SearchX } from "lucide-react"
import {
  activeFacets,
  type Facet,
  facetValues,
  type ListFilter,
  type Search,
  type Tab,
  withFacet,
  withoutFacets,
} from "../../domain/list-filter"
import { words } from "../../domain/words"
import { Button } from "../../ui/button"
import { FacetChip } from "./facet-chip"
import { optionLabel, SINGLE, useFacetOptions } from "./facet-options"

const CENTER =
  "flex grow flex-col items-center justify-center gap-1 px-6 pb-36 text-center max-md:pb-16"
const HEADING = "text-page font-semibold tracking-[-.01em]"

/** A view that holds nothing now. */
export function EmptyTab({ tab }: { tab: Tab }) {
  const [title, hint] = words.empty.tab[tab as Exclude<Tab, "all">] ?? [words.empty.first, ""]
  return (
    <div className={CENTER}>
      <h2 className={HEADING}>{title}</h2>
      <p className="prose-wrap max-w-[60ch] text-muted">{hint}</p>
    </div>
  )
}

interface Props {
  filter: ListFilter
  search: Search
  onSearch: (search: Search) => void
}

/** Filtered to nothing: the filters that did it, each removable. Never shown as empty. */
export function NoMatch({ filter, search, onSearch }: Props) {
  const optionsOf = useFacetOptions()
  const facets = activeFacets(filter)
  const remove = (facet: Facet) => onSearch(withFacet(search, facet, []))
  const last = facets.at(-1)
  return (
    <div className={CENTER}>
      <SearchX className="icon mb-2 size-6! text-faint" />
      <h2 className={HEADING}>{words.empty.noMatch}</h2>
      <p className="text-muted">{words.empty.noMatchHint}</p>
      <div className="flex flex-wrap justify-center gap-2 pt-3">
        {facets.map((facet) => (
          <FacetChip
            key={facet}
            label={words.facet[facet]}
            options={optionsOf(facet)}
            values={facetValues(filter, facet)}
            single={SINGLE.has(facet)}
            labelOf={(value) => optionLabel(optionsOf(facet), facet, value)}
            onChange={(values) => onSearch(withFacet(search, facet, values))}
          />
        ))}
      </div>
      <div className="flex items-center gap-2 pt-3">
        <Button onClick={() => onSearch(withoutFacets(search))}>{words.facet.clear}</Button>
        {facets.length > 1 && last && (
          <Button look="ghost" onClick={() => remove(last)}>
            {words.empty.without(words.facet[last])}
          </Button>
        )}
      </div>
    </div>
  )
}
