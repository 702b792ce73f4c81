import { Plus, X } from "lucide-react"
import { lazy, Suspense } from "react"
import { type Facet, facetValues, type ListFilter } from "../../domain/list-filter"
import { listWords } from "../../domain/words/list"
import { cx } from "../../ui/cx"
import { type FacetOptions, FREE, ONE_VALUE, optionLabel, toggled } from "./facet-options"
import { Popover, type PopoverTrigger } from "./popover"

const DateMenu = lazy(() => import("./date-menu"))
const FacetMenu = lazy(() => import("./facet-menu"))

const say = listWords.facet

interface Props {
  facet: Facet
  filter: ListFilter
  options: FacetOptions
  onChange: (facet: Facet, values: string[]) => void
  startOpen?: boolean
  onClosed?: () => void
}

/** One facet: dashed while it is open to all, solid with its values and a way to remove it. */
export function FacetChip({ facet, filter, options, onChange, ...opening }: Props) {
  const label = say[facet]
  const values = facetValues(filter, facet)
  const chosen = values.length > 0
  const told = values.map((value) => optionLabel(options, facet, value)).join(", ")
  const text = chosen ? say.chosen(label, told) : label
  const trigger = (props: PopoverTrigger) => (
    <button
      type="button"
      {...props}
      data-facet={facet}
      data-tip={chosen && told.length > 24 ? text : undefined}
      className={cx(
        "inline-flex h-7 max-w-60 items-center gap-1 text-small whitespace-nowrap focus-visible:outline-offset-[-2px]",
        chosen
          ? "rounded-l-control border border-r-0 border-line bg-surface pr-1 pl-2 text-fg"
          : "rounded-control border border-dashed border-line px-2 text-muted hover:text-fg",
      )}
    >
      {!chosen && <Plus className="icon xs" />}
      <span className="truncate">{text}</span>
    </button>
  )
  return (
    <span className="inline-flex shrink-0">
      <Popover label={say.add(label)} trigger={trigger} {...opening}>
        {() => (
          <Suspense>
            {facet === "date" ? (
              <DateMenu
                value={values[0]}
                onChange={(value) => onChange(facet, value ? [value] : [])}
              />
            ) : (
              <FacetMenu
                label={label}
                options={options.of(facet)}
                values={values}
                single={ONE_VALUE.has(facet)}
                free={FREE.has(facet)}
                cut={options.isCut(facet)}
                onToggle={(value) => onChange(facet, toggled(kept(facet, values, value), value))}
              />
            )}
          </Suspense>
        )}
      </Popover>
      {chosen && <RemoveButton label={say.remove(label)} onRemove={() => onChange(facet, [])} />}
    </span>
  )
}

/** Of one-valued facets only the same value is there to be taken off. */
const kept = (facet: Facet, values: string[], value: string) =>
  ONE_VALUE.has(facet) ? values.filter((one) => one === value) : values

/** The right end of a chip. */
export function RemoveButton({ label, onRemove }: { label: string; onRemove: () => void }) {
  return (
    <button
      type="button"
      aria-label={label}
      data-tip={label}
      onClick={onRemove}
      className="grid h-7 w-6 place-items-center rounded-r-control border border-l-0 border-line bg-surface text-muted hover:text-fg focus-visible:outline-offset-[-2px]"
    >
      <X className="icon xs" />
    </button>
  )
}
