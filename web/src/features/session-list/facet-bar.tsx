import { RefreshCw, Rows3 } from "lucide-react"
import { useRef } from "react"
import {
  activeFacets,
  type Facet,
  facetValues,
  type ListFilter,
  type Search,
  withFacet,
} from "../../domain/list-filter"
import { words } from "../../domain/words"
import { Button, IconButton } from "../../ui/button"
import { cx } from "../../ui/cx"
import { useHotkeys } from "../../ui/hotkeys"
import { Kbd } from "../../ui/small"
import { FacetChip } from "./facet-chip"
import { offeredFacets, optionLabel, SINGLE, useFacetOptions } from "./facet-options"
import type { Density } from "./use-density"

interface Props {
  search: Search
  filter: ListFilter
  onSearch: (search: Search) => void
  waiting: number
  onApply: () => void
  onRefresh: () => void
  density: Density
}

export function FacetBar({
  search,
  filter,
  onSearch,
  waiting,
  onApply,
  onRefresh,
  density,
}: Props) {
  const bar = useRef<HTMLElement>(null)
  const optionsOf = useFacetOptions()
  const facets = [...new Set<Facet>([...offeredFacets(filter), ...activeFacets(filter)])]
  useHotkeys({
    f: () => bar.current?.querySelector<HTMLElement>("[data-facet]")?.focus(),
    ".": onApply,
    d: density.toggle,
  })
  return (
    <section
      ref={bar}
      aria-label={words.facet.label}
      className="flex min-h-12 shrink-0 items-center gap-2 px-6 py-2.5 max-md:min-h-0 max-md:px-4 max-md:py-0"
    >
      <div className="flex min-w-0 flex-wrap items-center gap-2 max-md:hidden">
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
      <span className="grow" />
      <UpdatesButton waiting={waiting} onApply={onApply} />
      <div className="flex shrink-0 items-center gap-2 max-md:hidden">
        <IconButton
          label={density.compact ? words.list.density.comfortable : words.list.density.compact}
          aria-pressed={density.compact}
          className={cx(density.compact && "bg-selected text-fg!")}
          onClick={density.toggle}
        >
          <Rows3 className="icon s" />
        </IconButton>
        <IconButton label={words.list.refresh} onClick={onRefresh}>
          <RefreshCw className="icon s" />
        </IconButton>
      </div>
    </section>
  )
}

/** Rows that wait to move: a word at the edge, never a jump under the pointer. */
function UpdatesButton({ waiting, onApply }: { waiting: number; onApply: () => void }) {
  if (waiting === 0) return null
  return (
    <Button
      look="ghost"
      aria-label={words.list.applyUpdates(waiting)}
      onClick={onApply}
      className="text-accent! max-md:fixed max-md:bottom-20 max-md:left-1/2 max-md:z-(--z-float) max-md:-translate-x-1/2 max-md:border-line! max-md:bg-raised max-md:shadow-float"
    >
      <span className="num">{words.list.updates(waiting)}</span>
      <span className="max-md:hidden">
        <Kbd>.</Kbd>
      </span>
    </Button>
  )
}
