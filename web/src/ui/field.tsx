import { type ReactNode, useId } from "react"

/** The look of what one types into or chooses from. */
export const INPUT =
  "h-8 w-full rounded-control border border-line-strong bg-bg px-2 placeholder:text-faint pointer-coarse:h-10"

interface FieldProps {
  label: string
  hint?: ReactNode
  children: (ids: { id: string; "aria-describedby"?: string }) => ReactNode
}

/** A label over its control, and a sentence under it. */
export function Field({ label, hint, children }: FieldProps) {
  const id = useId()
  const told = hint ? { "aria-describedby": `${id}-hint` } : {}
  return (
    <div>
      <label htmlFor={id} className="block pb-1 text-small font-medium">
        {label}
      </label>
      {children({ id, ...told })}
      {hint && (
        <p id={`${id}-hint`} className="prose-wrap pt-1 text-small text-muted">
          {hint}
        </p>
      )}
    </div>
  )
}
