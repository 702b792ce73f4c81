import { ListFilter as FilterIcon } from "lucide-react"
import { useState } from "react"
import {
  activeFacets,
  type Facet,
  facetValues,
  type ListFilter,
  parseFilter,
  type Search,
  withFacet,
  withoutFacets,
} from "../../domain/list-filter"
import { words } from "../../domain/words"
import { Button, IconButton } from "../../ui/button"
import { Dialog } from "../../ui/dialog"
import { usePhone } from "../../ui/media"
import { offeredFacets, SINGLE, useFacetOptions } from "./facet-options"

interface Props {
  search: Search
  onSearch: (search: Search) => void
}

/** On a phone the facets rise as a sheet. */
export function FilterSheetButton({ search, onSearch }: Props) {
  const [open, setOpen] = useState(false)
  const phone = usePhone()
  if (!phone) return null
  const filter = parseFilter(search)
  const count = activeFacets(filter).length
  return (
    <>
      <IconButton label={words.facet.open} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <span className="relative">
          <FilterIcon className="icon size-5! text-fg" />
          {count > 0 && <span className="absolute -top-1 -right-1 size-2 rounded-full bg-accent" />}
        </span>
      </IconButton>
      {open && (
        <Dialog title={words.facet.open} onClose={() => setOpen(false)} sheet>
          <Groups search={search} filter={filter} onSearch={onSearch} />
          <div className="flex gap-2 pt-2">
            <Button
              size="form"
              disabled={count === 0}
              onClick={() => onSearch(withoutFacets(search))}
            >
              {words.facet.clear}
            </Button>
            <Button size="form" look="primary" className="grow" onClick={() => setOpen(false)}>
              {words.facet.done}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  )
}

function Groups({ search, filter, onSearch }: Props & { filter: ListFilter }) {
  const optionsOf = useFacetOptions()
  const change = (facet: Facet, value: string, on: boolean) => {
    const others = facetValues(filter, facet).filter((other) => other !== value)
    const values = SINGLE.has(facet) ? [] : others
    onSearch(withFacet(search, facet, on ? [...values, value] : values))
  }
  return offeredFacets(filter).map((facet) => {
    const options = optionsOf(facet)
    if (options.length === 0) return null
    return (
      <fieldset key={facet} className="flex flex-wrap gap-2">
        <legend className="pb-1 text-small text-faint">{words.facet[facet]}</legend>
        {options.map(({ value, label }) => {
          const on = facetValues(filter, facet).includes(value)
          return (
            <Button
              key={value}
              aria-pressed={on}
              className={on ? "border-fg! bg-selected" : ""}
              onClick={() => change(facet, value, !on)}
            >
              {label}
            </Button>
          )
        })}
      </fieldset>
    )
  })
}
