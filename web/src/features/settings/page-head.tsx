import type { ReactNode } from "react"
import { cx } from "../../ui/cx"

/** Title of a page of settings, what it is for, and its acts. */
export function PageHead({
  title,
  hint,
  children,
}: {
  title: string
  hint: string
  children?: ReactNode
}) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 pb-4">
      <h1 className="text-page font-semibold tracking-[-.01em]">{title}</h1>
      <p className="prose-wrap min-w-0 grow basis-60 text-muted max-md:basis-full">{hint}</p>
      {children && <div className="flex gap-2">{children}</div>}
    </div>
  )
}

/** Heading of a part of a page. */
export function PartHead({
  title,
  hint,
  first,
  children,
}: {
  title: string
  hint?: string
  /** Right under the head of the page. */
  first?: boolean
  children?: ReactNode
}) {
  return (
    <div
      className={cx(
        "flex flex-wrap items-center gap-x-3 gap-y-1 pb-2",
        first ? "" : "min-h-9 pt-6",
      )}
    >
      <h2 className="font-semibold">{title}</h2>
      {hint && <p className="prose-wrap min-w-0 text-small text-muted">{hint}</p>}
      {children && <div className="ml-auto flex items-center gap-2">{children}</div>}
    </div>
  )
}
