import { Link } from "@tanstack/react-router"
import {
  Ban,
  Circle,
  CircleCheck,
  CircleDot,
  CirclePause,
  CircleX,
  type LucideIcon,
  Square,
} from "lucide-react"
import { formatDuration } from "../../../../domain/format"
import { known } from "../../../../domain/reading"
import type { Bar, Row, TimeScale } from "../../../../domain/timeline-rows"
import { timelineWords } from "../../../../domain/words/views"
import { cx } from "../../../../ui/cx"
import { Tag } from "../../../../ui/small"

const say = timelineWords

interface Props {
  row: Row
  scale: TimeScale
  sessionId: string
}

const ICONS: Record<string, [LucideIcon, string]> = {
  done: [CircleCheck, "tone-success"],
  running: [CircleDot, "tone-active pulse"],
  waiting: [CirclePause, "tone-attention"],
  failed: [CircleX, "tone-problem"],
  rejected: [Ban, "tone-problem"],
  cancelled: [Square, "text-muted"],
  interrupted: [Square, "text-muted"],
  skipped: [Circle, "text-faint"],
}

/** One step, turn or sub-agent: what it is, how long it took, and when. */
export function LaneRow({ row, scale, sessionId }: Props) {
  const [Icon, look] = ICONS[row.state] ?? [Circle, "text-muted"]
  const waits = row.state === "waiting"
  const took = row.from !== null && row.to !== null ? row.to - row.from : null
  return (
    <li
      className={cx(
        "relative flex border-b border-line-soft last:border-b-0",
        { step: "h-11", agent: "h-10", turn: "h-9" }[row.kind],
        waits && "bg-tint-attention",
      )}
    >
      <span
        className={cx(
          "flex w-80 shrink-0 items-center gap-2 border-r border-line-soft pr-4 pl-5 max-lg:w-56 max-md:w-36 max-md:pr-2 max-md:pl-3",
          row.kind === "agent" && "pl-10.5 text-small text-muted max-md:pl-6!",
        )}
      >
        <Icon className={cx("icon s", look)} aria-label={known(say.states, row.state)} />
        <RowName row={row} sessionId={sessionId} />
        {row.attempts > 1 && <Tag>{say.attempts(row.attempts)}</Tag>}
        <span className="num ml-auto pl-2 text-small whitespace-nowrap text-faint">
          {took === null
            ? (known(say.states, row.state) ?? "").toLowerCase()
            : formatDuration(took)}
        </span>
      </span>
      <span className="relative grow overflow-hidden">
        {row.bars.map((bar, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: bars of a row never change places
          <LaneBar key={index} bar={bar} scale={scale} />
        ))}
        {row.diamonds.map((diamond) => (
          <i
            key={diamond.at}
            role="img"
            aria-label={
              diamond.decision ? say.decided(diamond.decision) : say.checkpoint(diamond.name ?? "")
            }
            data-tip={
              diamond.decision ? say.decided(diamond.decision) : say.checkpoint(diamond.name ?? "")
            }
            className={cx(
              "absolute top-1/2 -mt-1.5 -ml-1.5 size-3 rotate-45 rounded-[2px] shadow-[0_0_0_2px_var(--bg)]",
              diamond.open ? "bg-attention-fill" : "bg-(--c6)",
            )}
            style={{ left: `${scale.at(diamond.at) * 97}%` }}
          />
        ))}
      </span>
    </li>
  )
}

function RowName({ row, sessionId }: { row: Row; sessionId: string }) {
  const number = row.number === null ? "" : `${row.number} `
  const text =
    row.kind === "turn"
      ? say.turnName(row.number)
      : `${number}${row.name ?? (row.kind === "agent" ? say.agentName : "")}`
  if (row.seq === null) return <span className="truncate text-muted">{text}</span>
  return (
    <Link
      to="/sessions/$key"
      params={{ key: sessionId }}
      search={{ seq: String(row.seq) }}
      className="truncate hover:text-accent"
      data-tip={text}
    >
      {text}
    </Link>
  )
}

const LOOK: Record<Bar["look"], string> = {
  done: "bg-[light-dark(oklch(.80_.012_260),oklch(.45_.014_260))]",
  repaired: "bg-[color-mix(in_oklab,var(--problem)_36%,var(--bg))]",
  failed: "bg-problem",
  running: "bg-active",
  waiting: "part-waiting shadow-[inset_0_0_0_1px_var(--attention)]",
  cancelled: "bg-[light-dark(oklch(.80_.012_260),oklch(.45_.014_260))] opacity-60",
}

function LaneBar({ bar, scale }: { bar: Bar; scale: TimeScale }) {
  const from = scale.at(bar.from) * 97
  const to = scale.at(bar.to) * 97
  const ms = bar.to - bar.from
  return (
    <i
      data-tip={formatDuration(ms)}
      className={cx("absolute top-1/2 -mt-2 h-4 min-w-1 rounded-[3px]", LOOK[bar.look])}
      style={{ left: `${from}%`, width: `${Math.max(0, to - from)}%` }}
    />
  )
}
