import { Check, Minus } from "lucide-react"
import type { ComponentProps } from "react"
import { cx } from "./cx"

interface Props extends Omit<ComponentProps<"button">, "aria-label" | "aria-checked"> {
  label: string
  checked: boolean | "mixed"
}

/** A box of 14 px in a target of 24; light enough to stand in every row of a long list. */
export function Checkbox({ label, checked, className, ...rest }: Props) {
  const Icon = checked === "mixed" ? Minus : Check
  return (
    <button
      type="button"
      role="checkbox"
      aria-label={label}
      aria-checked={checked}
      className={cx(
        "-m-[5px] grid size-6 shrink-0 place-items-center rounded-control pointer-coarse:-m-2.5 pointer-coarse:size-9",
        className,
      )}
      {...rest}
    >
      <span
        className={cx(
          "grid size-3.5 place-items-center rounded-[3px] border",
          checked ? "border-accent bg-accent text-bg" : "border-line-strong bg-bg",
        )}
      >
        {checked !== false && <Icon className="size-3" strokeWidth={2.5} aria-hidden="true" />}
      </span>
    </button>
  )
}
