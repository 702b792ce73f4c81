import type { ComponentProps } from "react"
import { cx } from "./cx"

interface Props extends Omit<ComponentProps<"button">, "onChange"> {
  label: string
  checked: boolean
  onChange: (checked: boolean) => void
}

/** On or off, at once. Its target is larger than its drawing. */
export function Switch({ label, checked, onChange, className, ...rest }: Props) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={checked}
      aria-label={label}
      onClick={() => onChange(!checked)}
      className={cx(
        "-my-1 inline-grid h-6 w-8 shrink-0 place-items-center rounded-full disabled:opacity-50 pointer-coarse:h-9 pointer-coarse:w-10",
        className,
      )}
      {...rest}
    >
      <span
        aria-hidden="true"
        className={cx(
          "flex h-4 w-7 items-center rounded-full border px-0.5 transition-colors duration-120",
          checked ? "justify-end border-accent bg-accent" : "border-line-strong bg-bg",
        )}
      >
        <span className={cx("size-3 rounded-full", checked ? "bg-bg" : "bg-line-strong")} />
      </span>
    </button>
  )
}
