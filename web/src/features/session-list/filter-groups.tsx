import {
  type Facet,
  facetValues,
  type ListFilter,
  type Search,
  withFacet,
} from "../../domain/list-filter"
import { listWords } from "../../domain/words/list"
import { Button } from "../../ui/button"
import {
  type FacetOptions,
  furtherFacets,
  ONE_VALUE,
  offeredFacets,
  toggled,
} from "./facet-options"

export interface FilterProps {
  search: Search
  filter: ListFilter
  options: FacetOptions
  onSearch: (search: Search) => void
}

const dates = Object.entries(listWords.facet.dates).map(([value, label]) => ({ value, label }))

/** Every facet with its values, to tap. */
export default function FilterGroups({ search, filter, options, onSearch }: FilterProps) {
  const change = (facet: Facet, value: string) => {
    const values = facetValues(filter, facet)
    const others = ONE_VALUE.has(facet) ? values.filter((one) => one === value) : values
    onSearch(withFacet(search, facet, toggled(others, value)))
  }
  const row = offeredFacets(filter)
  return [...row, ...furtherFacets(row)].map((facet) => {
    const offered: { value: string; label: string; count?: string }[] =
      facet === "date" ? dates : options.of(facet)
    if (offered.length === 0) return null
    return (
      <fieldset key={facet} className="flex flex-wrap gap-2">
        <legend className="pb-1 text-small text-faint">{listWords.facet[facet]}</legend>
        {offered.map(({ value, label, count }) => {
          const on = facetValues(filter, facet).includes(value)
          return (
            <Button
              key={value}
              aria-pressed={on}
              className={on ? "border-fg! bg-selected" : ""}
              onClick={() => change(facet, value)}
            >
              <span className="inline-block first-letter:uppercase">{label}</span>
              {count && <span className="num font-normal text-faint">{count}</span>}
            </Button>
          )
        })}
      </fieldset>
    )
  })
}
