import type { ComponentProps } from "react"
import { cx } from "./cx"

type Look = "plain" | "primary" | "ghost" | "danger"
type Size = "row" | "control" | "form"

interface ButtonProps extends ComponentProps<"button"> {
  look?: Look
  size?: Size
}

const LOOK: Record<Look, string> = {
  plain: "border-line bg-raised hover:bg-hover",
  primary: "border-primary bg-primary text-on-primary",
  ghost: "border-transparent text-muted hover:bg-hover hover:text-fg",
  danger: "border-line bg-raised text-problem hover:bg-hover",
}

const SIZE: Record<Size, string> = {
  row: "h-6 px-2 text-small pointer-coarse:h-8",
  control:
    "h-7 px-2.5 text-small pointer-coarse:h-9 pointer-coarse:px-3.5 pointer-coarse:text-base",
  form: "h-8 px-3 text-base pointer-coarse:h-10",
}

/** The look of a button, for links that act like one. */
export function buttonClass(look: Look = "plain", size: Size = "control"): string {
  return cx(
    "inline-flex shrink-0 items-center justify-center gap-1.5 rounded-control border font-medium whitespace-nowrap transition-colors duration-120",
    "disabled:border-line disabled:bg-transparent disabled:text-faint",
    LOOK[look],
    SIZE[size],
  )
}

export function Button({ look, size, className, type = "button", ...rest }: ButtonProps) {
  return <button type={type} className={cx(buttonClass(look, size), className)} {...rest} />
}

interface IconButtonProps extends Omit<ButtonProps, "aria-label"> {
  /** Its name, which is also its tooltip. */
  label: string
}

/** A button that is only a drawing: it always has a name and a tooltip. */
export function IconButton({
  label,
  size = "control",
  look = "ghost",
  className,
  ...rest
}: IconButtonProps) {
  const square = { row: "w-6", control: "w-7", form: "w-8" }[size]
  return (
    <Button
      aria-label={label}
      data-tip={label}
      look={look}
      size={size}
      className={cx(square, "px-0! pointer-coarse:w-9", className)}
      {...rest}
    />
  )
}
