import { useId } from "react"
import { cx } from "./cx"

interface Props<T extends string> {
  label: string
  value: T
  choices: readonly (readonly [T, string])[]
  onChange: (value: T) => void
}

const FRAME = "rounded-control bg-sunken p-0.5"
const lookOf = (chosen: boolean) =>
  cx(
    "shrink-0 rounded-chip text-small whitespace-nowrap",
    chosen
      ? "bg-raised font-medium text-fg shadow-[inset_0_0_0_1px_var(--line)]"
      : "text-muted hover:text-fg",
  )

/** One of a few ways to look at something: all of them are seen, one is pressed. */
export function Segments<T extends string>({ label, value, choices, onChange }: Props<T>) {
  return (
    <div
      role="group"
      aria-label={label}
      className={cx(
        FRAME,
        "flex h-7 min-w-0 overflow-x-auto [scrollbar-width:none] pointer-coarse:h-9",
      )}
    >
      {choices.map(([choice, text]) => (
        <button
          key={choice}
          type="button"
          aria-pressed={choice === value}
          onClick={() => onChange(choice)}
          className={cx(
            lookOf(choice === value),
            "h-6 px-2.5 outline-offset-[-2px] pointer-coarse:h-8",
          )}
        >
          {text}
        </button>
      ))}
    </div>
  )
}

/** The same in a form, where it is a setting: radio buttons, which arrow keys move through. */
export function RadioSegments<T extends string>({ label, value, choices, onChange }: Props<T>) {
  const name = useId()
  return (
    <fieldset className={cx(FRAME, "inline-flex")}>
      <legend className="sr-only">{label}</legend>
      {choices.map(([choice, text]) => (
        <label
          key={choice}
          className={cx(
            lookOf(choice === value),
            "flex h-7 cursor-pointer items-center px-3 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent pointer-coarse:h-9",
          )}
        >
          <input
            type="radio"
            name={name}
            className="sr-only"
            checked={choice === value}
            onChange={() => onChange(choice)}
          />
          {text}
        </label>
      ))}
    </fieldset>
  )
}
