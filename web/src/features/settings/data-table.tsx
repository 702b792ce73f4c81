import type { ReactNode } from "react"
import { cx } from "../../ui/cx"

export interface Column {
  label: string
  /** Numbers end under the end of their head. */
  end?: boolean
  /** Heads of switches and acts say what they are without being seen. */
  quiet?: boolean
  className?: string
}

/** A plain table. On a phone each row becomes a card, whose values carry their own labels. */
export function DataTable({
  label,
  columns,
  children,
}: {
  label: string
  columns: Column[]
  children: ReactNode
}) {
  return (
    <table aria-label={label} className="w-full border-collapse text-small max-md:block">
      <thead className="max-md:sr-only">
        <tr className="border-b border-line-soft">
          {columns.map(({ label: head, end, quiet, className }) => (
            <th
              key={head}
              scope="col"
              className={cx(
                "h-7 pr-4 text-left text-meta font-normal whitespace-nowrap text-faint last:pr-0",
                end && "text-right",
                className,
              )}
            >
              {quiet ? <span className="sr-only">{head}</span> : head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="max-md:block">{children}</tbody>
    </table>
  )
}

export function Row({ children }: { children: ReactNode }) {
  return (
    <tr className="border-b border-line-soft max-md:flex max-md:flex-wrap max-md:items-center max-md:gap-x-4 max-md:gap-y-1 max-md:py-2">
      {children}
    </tr>
  )
}

interface CellProps {
  children?: ReactNode
  end?: boolean
  /** On a card: a line of its own. */
  whole?: boolean
  /** On a card: what the value is. */
  label?: string
  className?: string
}

export function Cell({ children, end, whole, label, className }: CellProps) {
  return (
    <td
      className={cx(
        "h-9 py-1 pr-4 align-middle wrap-anywhere last:pr-0 max-md:h-auto max-md:p-0",
        end && "num md:text-right",
        whole && "max-md:basis-full",
        className,
      )}
    >
      {label && <span className="pr-1 text-faint md:hidden">{label}</span>}
      {children}
    </td>
  )
}
