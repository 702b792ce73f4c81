import { ListFilterPlus, RefreshCw, Rows3 } from "lucide-react"
import { type ReactNode, useRef, useState } from "react"
import {
  type Facet,
  type ListFilter,
  type Search,
  withFacet,
  withValue,
} from "../../domain/list-filter"
import { listWords } from "../../domain/words/list"
import { Button, IconButton } from "../../ui/button"
import { cx } from "../../ui/cx"
import { useHotkeys } from "../../ui/hotkeys"
import { Menu } from "../../ui/menu"
import { Kbd } from "../../ui/small"
import { FacetChip, RemoveButton } from "./facet-chip"
import { type FacetOptions, furtherFacets, offeredFacets } from "./facet-options"
import type { Density } from "./use-density"

interface Props {
  search: Search
  filter: ListFilter
  options: FacetOptions
  onSearch: (search: Search) => void
  waiting: number
  onApply: () => void
  onRefresh: () => void
  density: Density
  /** The field one types into; on a phone it opens from the top bar. */
  field: ReactNode
  /** Menus of views and columns. */
  menus: ReactNode
}

export function FacetBar(props: Props) {
  const { search, filter, onSearch, density } = props
  const bar = useRef<HTMLElement>(null)
  // A further facet stands in the row from the choice of it until it holds a value or is left.
  const [opened, setOpened] = useState<Facet | null>(null)
  const row = offeredFacets(filter)
  const shown = opened && !row.includes(opened) ? [...row, opened] : row
  const further = furtherFacets(shown)
  useHotkeys({
    f: () => bar.current?.querySelector<HTMLElement>("[data-facet]")?.focus(),
    ".": props.onApply,
    d: density.toggle,
  })
  return (
    <section
      ref={bar}
      aria-label={listWords.facet.label}
      className="relative flex min-h-12 shrink-0 items-start gap-2 px-6 py-2.5 max-md:min-h-0 max-md:px-4 max-md:py-0"
    >
      <div className="flex min-w-0 grow flex-wrap items-center gap-2 max-md:hidden">
        {props.field}
        {shown.map((facet) => (
          <FacetChip
            key={facet}
            facet={facet}
            filter={filter}
            options={props.options}
            onChange={(changed, values) => onSearch(withFacet(search, changed, values))}
            startOpen={facet === opened}
            onClosed={() => facet === opened && setOpened(null)}
          />
        ))}
        {further.length > 0 && (
          <Menu
            label={listWords.facet.more}
            items={further.map((facet) => ({
              id: facet,
              label: listWords.facet[facet],
              onSelect: () => setOpened(facet),
            }))}
            trigger={(trigger) => (
              <IconButton label={listWords.facet.more} {...trigger}>
                <ListFilterPlus className="icon s" />
              </IconButton>
            )}
          />
        )}
        {filter.withArchived && (
          <span className="inline-flex">
            <span className="inline-flex h-7 items-center rounded-l-control border border-r-0 border-line bg-surface pr-1 pl-2 text-small">
              {listWords.facet.archived}
            </span>
            <RemoveButton
              label={listWords.facet.remove(listWords.facet.archived)}
              onRemove={() => onSearch(withValue(search, "archived", null))}
            />
          </span>
        )}
      </div>
      <UpdatesButton waiting={props.waiting} onApply={props.onApply} />
      <div className="flex shrink-0 items-center gap-2 max-md:hidden">
        {props.menus}
        <IconButton
          label={
            density.compact ? listWords.list.density.comfortable : listWords.list.density.compact
          }
          aria-pressed={density.compact}
          className={cx(density.compact && "bg-selected text-fg!")}
          onClick={density.toggle}
        >
          <Rows3 className="icon s" />
        </IconButton>
        <IconButton label={listWords.list.refresh} onClick={props.onRefresh}>
          <RefreshCw className="icon s" />
        </IconButton>
      </div>
    </section>
  )
}

/** Rows that wait to move: a word above the list, which takes no room, or it would move them. */
function UpdatesButton({ waiting, onApply }: { waiting: number; onApply: () => void }) {
  if (waiting === 0) return null
  return (
    <Button
      look="ghost"
      aria-label={listWords.list.applyUpdates(waiting)}
      onClick={onApply}
      className="absolute top-full left-1/2 z-(--z-float) -translate-x-1/2 -translate-y-1/2 border-line! bg-raised text-accent! shadow-float max-md:fixed max-md:top-auto max-md:bottom-20 max-md:translate-y-0"
    >
      <span className="num">{listWords.list.updates(waiting)}</span>
      <span className="max-md:hidden">
        <Kbd>.</Kbd>
      </span>
    </Button>
  )
}
