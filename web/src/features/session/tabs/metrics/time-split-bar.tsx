import { formatDuration, formatPercent } from "../../../../domain/format"
import type { TimeSplit } from "../../../../domain/time-split"
import { metricsWords } from "../../../../domain/words/views"
import { cx } from "../../../../ui/cx"

const say = metricsWords

/** Where the time of the turns went; only waiting for people has the colour of a state. */
export function TimeSplitBar({ split }: { split: TimeSplit }) {
  const parts = [
    { label: say.waiting, ms: split.waiting, look: "part-waiting" },
    { label: say.model, ms: split.model, look: "part-1", hint: say.modelHint },
    { label: say.tools, ms: split.tools, look: "bg-(--c6)" },
  ].filter((part) => part.ms > 0)
  return (
    <section className="pt-5">
      <h3 className="flex flex-wrap items-baseline gap-x-2.5 font-semibold">
        {say.time}
        <span className="num text-small font-normal text-muted">
          {say.timeFacts(formatDuration(split.total), split.turns)}
        </span>
      </h3>
      <div aria-hidden="true" className="mt-2 flex h-3 gap-px overflow-hidden rounded-chip">
        {parts.map((part) => (
          <i
            key={part.label}
            className={cx("h-full min-w-0.5", part.look)}
            style={{ width: `${(part.ms / split.total) * 100}%` }}
          />
        ))}
      </div>
      <ul className="flex flex-wrap gap-x-8 gap-y-1 pt-2 text-small">
        {parts.map((part) => (
          <li key={part.label} className="num flex items-center gap-2" data-tip={part.hint}>
            <i className={cx("size-2.5 rounded-[3px]", part.look)} />
            <span className="text-muted">{part.label}</span>
            <b className="font-medium">{formatDuration(part.ms)}</b>
            <span className="text-faint">{formatPercent(part.ms / split.total)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
