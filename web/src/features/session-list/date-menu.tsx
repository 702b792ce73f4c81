import { Check } from "lucide-react"
import { useEffect, useId, useRef } from "react"
import { listWords } from "../../domain/words/list"
import { cx } from "../../ui/cx"

const say = listWords.facet

interface Props {
  /** `7d`, a day, or two days with dots between. */
  value: string | undefined
  onChange: (value: string | null) => void
}

const isDay = (text: string | undefined) => /^\d{4}-\d\d-\d\d$/.test(text ?? "")

/** Spans that end now, or days of one's own. */
export default function DateMenu({ value, onChange }: Props) {
  const id = useId()
  const menu = useRef<HTMLDivElement>(null)
  useEffect(() => menu.current?.querySelector("button")?.focus(), [])
  const [from, to] = (value ?? "").split("..")
  const first = isDay(from) ? (from ?? "") : ""
  const change = (start: string, end: string | undefined) =>
    onChange(end ? `${start}..${end}` : start || null)
  return (
    <div ref={menu} className="w-64">
      {Object.entries(say.dates).map(([span, label]) => (
        <button
          key={span}
          type="button"
          aria-pressed={value === span}
          onClick={() => onChange(value === span ? null : span)}
          className={cx(
            "flex min-h-7 w-full items-center gap-2 rounded-control px-2 text-left text-small hover:bg-selected",
          )}
        >
          <Check className={cx("icon s", value !== span && "invisible")} />
          <span className="inline-block first-letter:uppercase">{label}</span>
        </button>
      ))}
      <div className="mt-1 grid grid-cols-2 gap-2 border-t border-line-soft p-2">
        <DayField
          id={`${id}-from`}
          label={say.from}
          value={first}
          onChange={(day) => change(day, to)}
        />
        <DayField
          id={`${id}-to`}
          label={say.to}
          value={to ?? ""}
          onChange={(day) => change(first, day)}
        />
      </div>
    </div>
  )
}

interface FieldProps {
  id: string
  label: string
  value: string
  onChange: (day: string) => void
}

function DayField({ id, label, value, onChange }: FieldProps) {
  return (
    <div>
      <label htmlFor={id} className="block text-meta text-faint">
        {label}
      </label>
      <input
        id={id}
        type="date"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="num mt-0.5 h-7 w-full rounded-control border border-line-strong bg-bg px-1 text-small scheme-light-dark"
      />
    </div>
  )
}
