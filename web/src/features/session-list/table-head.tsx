import { ArrowDown, ArrowUp } from "lucide-react"
import { type KeyboardEvent, type ReactNode, useState } from "react"
import { nextSort, type Sort } from "../../domain/list-sort"
import { listWords } from "../../domain/words/list"
import { cx } from "../../ui/cx"
import { type Column, columnName } from "./columns"

interface Props {
  columns: readonly Column[]
  sort: Sort | null
  onSort?: (sort: Sort | null) => void
  /** The box over the boxes of the rows. */
  select?: ReactNode
}

/** Heads of the columns. Those that sort are buttons, of which one is a tab stop. */
export function TableHead({ columns, sort, onSort, select }: Props) {
  const sortable = columns.filter((column) => column.sort)
  const [stop, setStop] = useState<string | null>(null)
  const current = sortable.some(({ id }) => id === stop) ? stop : sortable[0]?.id
  return (
    <div
      role="row"
      aria-rowindex={1}
      onKeyDown={moveBetween}
      className="session-columns sticky top-0 z-(--z-sticky) h-7 border-b border-line-soft bg-bg text-meta whitespace-nowrap text-faint"
    >
      {select !== undefined && (
        <span role="columnheader" className="flex">
          {select}
        </span>
      )}
      {columns.map((column) => (
        <Head
          key={column.id}
          column={column}
          sort={sort}
          onSort={onSort}
          stop={column.id === current}
          onStop={() => setStop(column.id)}
        />
      ))}
    </div>
  )
}

interface HeadProps {
  column: Column
  sort: Sort | null
  onSort: ((sort: Sort | null) => void) | undefined
  stop: boolean
  onStop: () => void
}

function Head({ column, sort, onSort, stop, onStop }: HeadProps) {
  const { id, number } = column
  const label = listWords.list.columns[id]
  const by = column.sort
  const sorted = by !== undefined && sort?.by === by.by ? sort : null
  const Arrow = sorted?.descending ? ArrowDown : ArrowUp
  return (
    <span
      role="columnheader"
      aria-sort={by && onSort ? direction(sorted) : undefined}
      className={cx("flex", number && "justify-end", indentOf(column))}
    >
      {by && onSort ? (
        <button
          type="button"
          data-sort={by.by}
          tabIndex={stop ? 0 : -1}
          data-tip={listWords.list.sortBy(columnName(id).toLowerCase())}
          onFocus={onStop}
          onClick={() => onSort(nextSort(sort, by.by, by.firstDown))}
          className={cx(
            "inline-flex h-6 items-center gap-0.5 rounded-chip hover:text-fg",
            sorted && "text-fg",
            number && "flex-row-reverse",
          )}
        >
          {label}
          {sorted && <Arrow className="icon xs" />}
        </button>
      ) : (
        <span className={cx(column.silent && "sr-only")}>{label}</span>
      )}
    </span>
  )
}

const indentOf = (column: Column) => column.className?.split(" ").find((name) => name === "pl-4")

function direction(sorted: Sort | null): "ascending" | "descending" | "none" {
  if (!sorted) return "none"
  return sorted.descending ? "descending" : "ascending"
}

function moveBetween(event: KeyboardEvent<HTMLElement>): void {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
  if (by === undefined) return
  const heads = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-sort]")]
  const at = heads.indexOf(document.activeElement as HTMLElement)
  heads[Math.max(0, Math.min(heads.length - 1, at + by))]?.focus()
  event.preventDefault()
}
