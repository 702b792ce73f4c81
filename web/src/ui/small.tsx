import type { ReactNode } from "react"
import { cx } from "./cx"

export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-block min-w-4.5 rounded-chip border border-line bg-bg px-1 text-center font-ui text-meta font-medium text-faint">
      {children}
    </kbd>
  )
}

export function Avatar({ letters, name }: { letters: string; name: string }) {
  return (
    <span
      role="img"
      aria-label={name}
      data-tip={name}
      className="inline-block size-5 shrink-0 rounded-full bg-sunken text-center font-ui text-[9px]/5 font-semibold tracking-[.02em] text-muted shadow-[inset_0_0_0_1px_var(--line)]"
    >
      {letters}
    </span>
  )
}

export function Tag({ children, tip }: { children: ReactNode; tip?: string }) {
  return (
    <span
      data-tip={tip}
      className="inline-flex h-5 items-center gap-1 rounded-chip border border-line px-1.5 text-meta whitespace-nowrap text-muted"
    >
      {children}
    </span>
  )
}

export function SkeletonBar({ width, className }: { width: number | string; className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={cx("block h-2.5 rounded-chip bg-line-soft", className)}
      style={{ width }}
    />
  )
}

export function ProgressBar({
  done,
  total,
  label,
  quiet,
}: {
  done: number
  total: number
  label: string
  quiet?: boolean
}) {
  const share = total > 0 ? Math.min(1, done / total) : 0
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={done}
      className="h-1 overflow-hidden rounded-full bg-line"
    >
      <div
        className={cx("h-full rounded-full", quiet ? "bg-line-strong" : "bg-active")}
        style={{ width: `${share * 100}%` }}
      />
    </div>
  )
}
