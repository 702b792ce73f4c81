import { formatAge, formatClock, formatExact, formatMoment } from "../../domain/format"
import { useTimed } from "../../ui/ticker"

/** How long ago: counts on while the connection is live. */
export function Age({ at, className }: { at: string; className?: string }) {
  const text = useTimed((now) => formatAge(at, now))
  return (
    <time dateTime={at} data-tip={formatExact(at)} className={className}>
      {text}
    </time>
  )
}

/** Date and clock of an instant: "Today, 13:20". */
export function Moment({ at }: { at: string }) {
  const text = useTimed((now) => formatMoment(at, now))
  return (
    <time dateTime={at} data-tip={formatExact(at)}>
      {text}
    </time>
  )
}

/** Clock of an event in its transcript: "13:41". */
export function Clock({ at, className }: { at: string; className?: string }) {
  return (
    <time dateTime={at} data-tip={formatExact(at)} className={className}>
      {formatClock(at)}
    </time>
  )
}
