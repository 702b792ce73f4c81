import { useEffect, useState } from "react"
import { words } from "../../domain/words"
import { Button } from "../../ui/button"
import { cx } from "../../ui/cx"
import { useElapsed } from "../../ui/delayed"
import { SkeletonBar } from "../../ui/small"
import { TableHead } from "./table-head"

const ROWS = 12
const SHOW_MS = 150
const SLOW_S = 2

interface Props {
  phone: boolean
  onCancel?: () => void
  /** Given when loading was cancelled. */
  onRetry?: () => void
}

/** Twelve rows to come, once waiting is noticeable; after two seconds a word and a way out. */
export function LoadingRows({ phone, onCancel, onRetry }: Props) {
  const shown = useElapsed(SHOW_MS)
  const seconds = useSeconds(!onRetry)
  if (!shown && !onRetry) return null
  return (
    <div className="session-list grow overflow-hidden">
      {!phone && (
        <div aria-hidden="true">
          <TableHead />
        </div>
      )}
      <div
        className="flex h-9 items-center gap-4 border-b border-line-soft px-6 pt-2 text-small text-muted max-md:px-4"
        role="status"
      >
        {onRetry && (
          <Button size="row" onClick={onRetry}>
            {words.loading.again}
          </Button>
        )}
        {!onRetry && seconds >= SLOW_S && (
          <>
            <span className="num">{words.loading.still(seconds)}</span>
            <Button size="row" look="ghost" onClick={onCancel}>
              {words.loading.cancel}
            </Button>
          </>
        )}
        {!onRetry && seconds < SLOW_S && <span className="sr-only">{words.loading.page}</span>}
      </div>
      {!onRetry &&
        Array.from({ length: ROWS }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows to come have no name yet
          <SkeletonRow key={index} index={index} phone={phone} />
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

function SkeletonRow({ index, phone }: { index: number; phone: boolean }) {
  if (phone) {
    return (
      <div className="flex h-21 flex-col justify-center gap-2.5 border-b border-line-soft px-4 pl-11">
        <SkeletonBar width={vary(index, 140, 120)} />
        <SkeletonBar width={vary(index, 180, 90)} className="h-2!" />
        <SkeletonBar width={vary(index, 90, 60)} className="h-2!" />
      </div>
    )
  }
  const number = "ml-auto"
  return (
    <div className="session-columns h-11 border-b border-line-soft">
      <SkeletonBar width={vary(index, 70, 34)} />
      <span className="flex flex-col gap-1.5">
        <SkeletonBar width={vary(index, 170, 120)} />
        <SkeletonBar width={vary(index, 130, 60)} className="h-2!" />
      </span>
      <SkeletonBar width={40} className="c-type" />
      <SkeletonBar width={vary(index, 52, 18)} className="c-agent" />
      <SkeletonBar width={20} className="c-owner h-5! rounded-full" />
      <SkeletonBar width={vary(index, 56, 18)} className="c-progress" />
      <SkeletonBar width={vary(index, 40, 30)} className="c-tools" />
      <SkeletonBar width={vary(index, 36, 8)} className={cx(number, "c-in")} />
      <SkeletonBar width={vary(index, 28, 10)} className={cx(number, "c-out")} />
      <SkeletonBar width={vary(index, 12, 16)} className={cx(number, "c-calls")} />
      <SkeletonBar width={vary(index, 34, 10)} className={number} />
      <SkeletonBar width={22} className={number} />
    </div>
  )
}
