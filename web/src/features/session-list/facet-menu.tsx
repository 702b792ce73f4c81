import { Check } from "lucide-react"
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react"
import { listWords } from "../../domain/words/list"
import { cx } from "../../ui/cx"
import type { Option } from "./facet-options"

const say = listWords.facet

interface Props {
  label: string
  options: Option[]
  values: string[]
  single: boolean
  /** What one types may be a value of its own. */
  free: boolean
  /** There are more values than are listed. */
  cut: boolean
  onToggle: (value: string) => void
}

/** The values of a facet with their counts; what one types narrows them. */
export default function FacetMenu({ label, options, values, single, free, cut, onToggle }: Props) {
  const [text, setText] = useState("")
  const [at, setAt] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const field = useRef<HTMLInputElement>(null)
  const id = useId()
  useEffect(() => field.current?.focus(), [])
  const wanted = text.trim().toLowerCase()
  const found = options.filter((option) => option.label.toLowerCase().includes(wanted))
  const own = text.trim()
  const typed = free && own && !found.some(({ value }) => value === own)
  const shown = typed ? [...found, { value: own, label: say.use(own) }] : found
  const current = Math.min(at, shown.length - 1)

  const goTo = (index: number) => {
    const next = (index + shown.length) % Math.max(1, shown.length)
    setAt(next)
    list.current?.children[next]?.scrollIntoView({ block: "nearest" })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: shown.length - 1 }
    const next = Object.hasOwn(step, event.key) ? step[event.key as keyof typeof step] : null
    if (next !== null) goTo(next)
    else if (event.key === "Enter") {
      const option = shown[current]
      if (option) onToggle(option.value)
    } else return
    event.preventDefault()
  }

  return (
    <div className="w-64">
      <input
        ref={field}
        type="text"
        role="combobox"
        aria-label={say.find(label)}
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={shown[current] ? `${id}-${current}` : undefined}
        aria-autocomplete="list"
        placeholder={say.find(label)}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
        className="h-7 w-full rounded-control border border-line-strong bg-bg px-2 text-small placeholder:text-muted focus-visible:outline-offset-[-1px]"
      />
      <div
        ref={list}
        id={id}
        role="listbox"
        aria-label={label}
        aria-multiselectable={!single}
        className="max-h-84 overflow-y-auto pt-1"
      >
        {shown.map((option, index) => (
          <Line
            key={option.value}
            id={`${id}-${index}`}
            option={option}
            chosen={values.includes(option.value)}
            current={index === current}
            onSelect={() => {
              setAt(index)
              onToggle(option.value)
            }}
          />
        ))}
      </div>
      {shown.length === 0 && (
        <p role="status" className="px-2 py-1.5 text-small text-muted">
          {options.length === 0 ? say.none : say.noneSuch}
        </p>
      )}
      {cut && <p className="px-2 pt-1 pb-1.5 text-meta text-muted">{say.cut}</p>}
    </div>
  )
}

interface LineProps {
  id: string
  option: Option
  chosen: boolean
  current: boolean
  onSelect: () => void
}

function Line({ id, option, chosen, current, onSelect }: LineProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: focus stays in the field, which has the keys
    <div
      id={id}
      role="option"
      aria-selected={chosen}
      onClick={onSelect}
      // The field keeps the focus while one clicks.
      onMouseDown={(event) => event.preventDefault()}
      className={cx(
        "flex min-h-7 cursor-pointer items-center gap-2 rounded-control px-2 text-small hover:bg-selected",
        current && "bg-selected",
      )}
    >
      <Check className={cx("icon s shrink-0", !chosen && "invisible")} />
      <span className="min-w-0 grow truncate" data-tip={option.label}>
        {option.label}
      </span>
      {option.count !== undefined && <span className="num pl-3 text-faint">{option.count}</span>}
    </div>
  )
}
