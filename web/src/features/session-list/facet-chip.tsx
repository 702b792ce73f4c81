import { Plus, X } from "lucide-react"
import { words } from "../../domain/words"
import { cx } from "../../ui/cx"
import { Menu, type MenuItem, type TriggerProps } from "../../ui/menu"
import type { Option } from "./facet-options"

const say = words.facet

interface Props {
  label: string
  options: Option[]
  values: string[]
  single: boolean
  labelOf: (value: string) => string
  onChange: (values: string[]) => void
}

/** One facet: dashed while it is open to all, solid with its values and a way to remove it. */
export function FacetChip({ label, options, values, single, labelOf, onChange }: Props) {
  const toggle = (value: string) => {
    if (values.includes(value)) onChange(values.filter((other) => other !== value))
    else onChange(single ? [value] : [...values, value])
  }
  const items: MenuItem[] = options.map((option) => ({
    id: option.value,
    label: option.label,
    checked: values.includes(option.value),
    onSelect: () => toggle(option.value),
  }))
  const chosen = values.length > 0
  const trigger = (props: TriggerProps) => (
    <button
      type="button"
      {...props}
      data-facet={label}
      className={cx(
        "inline-flex h-7 max-w-60 items-center gap-1 text-small whitespace-nowrap",
        chosen
          ? "rounded-l-control border border-r-0 border-line bg-surface pr-1 pl-2 text-fg"
          : "rounded-control border border-dashed border-line px-2 text-muted hover:text-fg",
      )}
    >
      {!chosen && <Plus className="icon xs" />}
      <span className="truncate">
        {chosen ? say.chosen(label, values.map(labelOf).join(", ")) : label}
      </span>
    </button>
  )
  return (
    <span className="inline-flex shrink-0">
      <Menu
        label={say.add(label)}
        items={items}
        multiple={!single}
        empty={say.none}
        trigger={trigger}
      />
      {chosen && (
        <button
          type="button"
          aria-label={say.remove(label)}
          data-tip={say.remove(label)}
          onClick={() => onChange([])}
          className="grid h-7 w-6 place-items-center rounded-r-control border border-l-0 border-line bg-surface text-muted hover:text-fg"
        >
          <X className="icon xs" />
        </button>
      )}
    </span>
  )
}
