import { type CSSProperties, useEffect, useState } from "react"
import { shellWords } from "../../domain/words/shell"
import { Button } from "../../ui/button"
import { cx } from "../../ui/cx"
import { useElapsed } from "../../ui/delayed"
import { SkeletonBar } from "../../ui/small"
import { type Column, tracksOf } from "./columns"
import { TableHead } from "./table-head"

const ROWS = 12
const SHOW_MS = 150
const SLOW_S = 2

interface Props {
  phone: boolean
  columns: readonly Column[]
  onCancel?: () => void
  /** Given when loading was cancelled. */
  onRetry?: () => void
}

/** Twelve rows to come, once waiting is noticeable; after two seconds a word and a way out. */
export function LoadingRows({ phone, columns, onCancel, onRetry }: Props) {
  const shown = useElapsed(SHOW_MS)
  const seconds = useSeconds(!onRetry)
  if (!shown && !onRetry) return null
  return (
    <div
      className="session-list grow overflow-hidden"
      style={{ "--tracks": tracksOf(columns, true) } as CSSProperties}
    >
      {!phone && (
        <div aria-hidden="true">
          <TableHead columns={columns} sort={null} select={null} />
        </div>
      )}
      <div
        className="flex h-9 items-center gap-4 border-b border-line-soft px-6 pt-2 text-small text-muted max-md:px-4"
        role="status"
      >
        {onRetry && (
          <Button size="row" onClick={onRetry}>
            {shellWords.loading.again}
          </Button>
        )}
        {!onRetry && seconds >= SLOW_S && (
          <>
            <span className="num">{shellWords.loading.still(seconds)}</span>
            <Button size="row" look="ghost" onClick={onCancel}>
              {shellWords.loading.cancel}
            </Button>
          </>
        )}
        {!onRetry && seconds < SLOW_S && <span className="sr-only">{shellWords.loading.page}</span>}
      </div>
      {!onRetry &&
        Array.from({ length: ROWS }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows to come have no name yet
          <SkeletonRow key={index} index={index} phone={phone} columns={columns} />
        ))}
    </div>
  )
}

function useSeconds(running: boolean): number {
  const [seconds, setSeconds] = useState(0)
  useEffect(() => {
    if (!running) return
    const timer = setInterval(() => setSeconds((count) => count + 1), 1000)
    return () => clearInterval(timer)
  }, [running])
  return seconds
}

/** Widths differ from row to row, as those of real ones do. */
const vary = (index: number, least: number, spread: number) =>
  least + ((index * 37 + least) % 7) * (spread / 6)

interface SkeletonProps {
  index: number
  phone: boolean
  columns: readonly Column[]
}

function SkeletonRow({ index, phone, columns }: SkeletonProps) {
  if (phone) {
    return (
      <div className="flex h-21 flex-col justify-center gap-2.5 border-b border-line-soft px-4 pl-11">
        <SkeletonBar width={vary(index, 140, 120)} />
        <SkeletonBar width={vary(index, 180, 90)} className="h-2!" />
        <SkeletonBar width={vary(index, 90, 60)} className="h-2!" />
      </div>
    )
  }
  return (
    <div className="session-columns h-11 border-b border-line-soft">
      <SkeletonBar width={14} className="h-3.5! rounded-[3px]!" />
      {columns.map((column, at) => (
        <span key={column.id} className={cx("flex flex-col gap-1.5", column.className)}>
          {column.id === "source" ? (
            <>
              <SkeletonBar width={vary(index, 170, 120)} />
              <SkeletonBar width={vary(index, 130, 60)} className="h-2!" />
            </>
          ) : (
            <SkeletonBar
              width={vary(index + at, (column.width ?? 60) * 0.4, (column.width ?? 60) * 0.3)}
              className={cx(column.number && "ml-auto")}
            />
          )}
        </span>
      ))}
    </div>
  )
}
