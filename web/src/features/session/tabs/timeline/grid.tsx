import type { TimeScale } from "../../../../domain/timeline-rows"

/** Lines of the axis over all lanes: its ticks, where idle time was cut out, and now. */
export function Grid({ scale, now }: { scale: TimeScale; now: number | null }) {
  return (
    <span aria-hidden="true">
      {scale.ticks.map((tick) => (
        <i
          key={tick}
          className="absolute inset-y-0 w-px bg-line-soft"
          style={{ left: `${scale.at(tick) * 97}%` }}
        />
      ))}
      {scale.cuts.map((cut) => (
        <i
          key={cut}
          className="absolute inset-y-0 w-1 bg-[repeating-linear-gradient(0deg,var(--line)_0_2px,transparent_2px_5px)]"
          style={{ left: `calc(${cut * 97}% - 2px)` }}
        />
      ))}
      {now !== null && (
        <i
          className="absolute inset-y-0 w-px bg-accent"
          style={{ left: `${scale.at(now) * 97}%` }}
        />
      )}
    </span>
  )
}
