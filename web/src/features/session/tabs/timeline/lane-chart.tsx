import { formatClock, formatTime } from "../../../../domain/format"
import { type Row, type TimeScale, timeScale } from "../../../../domain/timeline-rows"
import { timelineWords } from "../../../../domain/words/views"
import { Grid } from "./grid"
import { LaneRow } from "./lane-row"

const say = timelineWords

interface Props {
  rows: readonly Row[]
  sessionId: string
  /** Where time stands, while the work goes on. */
  now: number | null
}

/** Labels on the left, lanes on the right, one axis over all of them. */
export function LaneChart({ rows, sessionId, now }: Props) {
  const scale = timeScale(rows)
  const steps = rows.some((row) => row.kind === "step")
  return (
    <div
      role="group"
      aria-label={say.lanes}
      className="overflow-x-auto rounded-card border border-line"
    >
      <div className="min-w-180">
        <div className="flex h-7 items-center text-meta text-faint">
          <span className="flex w-80 shrink-0 justify-between border-r border-b border-line-soft pr-4 pl-5 leading-7 max-lg:w-56 max-md:w-36 max-md:pr-2 max-md:pl-3">
            {steps ? say.step : say.turn}
            <span>{say.took}</span>
          </span>
          <Axis scale={scale} now={now} />
        </div>
        <ol className="relative">
          <li
            aria-hidden="true"
            className="pointer-events-none absolute inset-y-0 right-0 left-80 max-lg:left-56 max-md:left-36"
          >
            <Grid scale={scale} now={now} />
          </li>
          {rows.map((row) => (
            <LaneRow key={row.key} row={row} scale={scale} sessionId={sessionId} />
          ))}
        </ol>
      </div>
    </div>
  )
}

function Axis({ scale, now }: { scale: TimeScale; now: number | null }) {
  const close =
    scale.ticks.length > 1 && (scale.ticks.at(-1) ?? 0) - (scale.ticks[0] ?? 0) < 180_000
  const text = (time: number) => {
    const iso = new Date(time).toISOString()
    return close ? formatTime(iso) : formatClock(iso)
  }
  const nowAt = now === null ? null : scale.at(now)
  return (
    <span className="num relative h-7 grow overflow-hidden border-b border-line-soft leading-7">
      {scale.ticks.map((tick) => {
        const at = scale.at(tick)
        if (nowAt !== null && Math.abs(at - nowAt) < (nowAt > 0.9 ? 0.14 : 0.09)) return null
        if (at > 0.95) return null
        return (
          <span
            key={tick}
            className="absolute pl-1.5 whitespace-nowrap"
            style={{ left: `${at * 97}%` }}
          >
            {text(tick)}
          </span>
        )
      })}
      {nowAt !== null && (
        <span
          className="absolute font-medium whitespace-nowrap text-accent"
          style={
            nowAt > 0.9
              ? { right: `${Math.max(0, 100 - nowAt * 97) + 0.5}%` }
              : { left: `${nowAt * 97 + 0.4}%` }
          }
        >
          {say.now} {formatClock(new Date(now ?? 0).toISOString())}
        </span>
      )}
    </span>
  )
}
