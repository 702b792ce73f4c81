import { Link } from "@tanstack/react-router"
import type { Span } from "../../../../domain/detail"
import { formatCount, formatDuration, UNKNOWN } from "../../../../domain/format"
import { known } from "../../../../domain/reading"
import { timelineWords } from "../../../../domain/words/views"
import { cx } from "../../../../ui/cx"
import { Moment } from "../../../session-facts"

const say = timelineWords

interface Props {
  spans: readonly Span[]
  sessionId: string
  now: number
}

/** The same spans as a plain table. */
export function SpanTable({ spans, sessionId, now }: Props) {
  const turns = spans.filter((span) => span.span === "turn")
  const numbers = new Map(turns.map((span, index) => [span.id ?? "", index + 1]))
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-small">
        <thead>
          <tr className="h-8 border-b border-line-soft text-left text-meta text-faint *:pr-4 *:font-normal">
            <th scope="col">{say.kind}</th>
            <th scope="col">{say.name}</th>
            <th scope="col">{say.state}</th>
            <th scope="col" className="max-md:hidden">
              {say.started}
            </th>
            <th scope="col" className="text-right">
              {say.took}
            </th>
            <th scope="col" className="pr-0! text-right">
              {say.events}
            </th>
          </tr>
        </thead>
        <tbody>
          {spans.map((span) => (
            <tr
              key={`${span.span}:${span.id ?? span.first_seq}`}
              className="h-8 border-b border-line-soft *:pr-4 hover:bg-hover"
            >
              <td className="text-muted">{say.kinds[span.span]}</td>
              <td className="max-w-60 truncate">{nameOf(span, numbers)}</td>
              <td className={toneOf(span)}>{known(say.states, span.state) ?? span.state}</td>
              <td className="num whitespace-nowrap text-muted max-md:hidden">
                {span.started_at ? <Moment at={span.started_at} /> : UNKNOWN}
              </td>
              <td className="num text-right whitespace-nowrap">{tookText(span, now)}</td>
              <td className="num pr-0! text-right">
                {span.first_seq === null ? (
                  <span className="text-faint">{UNKNOWN}</span>
                ) : (
                  <Link
                    to="/sessions/$key"
                    params={{ key: sessionId }}
                    search={{ seq: String(span.first_seq) }}
                    className="text-accent"
                  >
                    {formatCount(span.first_seq)}
                  </Link>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function nameOf(span: Span, numbers: Map<string, number>): string {
  if (span.span === "turn") return say.turnName(numbers.get(span.id ?? "") ?? null)
  if (span.span === "wait") return known(say.waitNames, span.name) ?? span.name ?? UNKNOWN
  const attempts = span.attempts?.length ?? 0
  return `${span.name ?? UNKNOWN}${attempts > 1 ? `, ${say.attempts(attempts)}` : ""}`
}

function tookText(span: Span, now: number): string {
  if (!span.started_at) return UNKNOWN
  const end = span.ended_at ? Date.parse(span.ended_at) : now
  return formatDuration(Math.max(0, end - Date.parse(span.started_at)))
}

function toneOf(span: Span): string {
  return cx(
    span.state === "waiting" && "font-medium tone-attention",
    span.state === "running" && "font-medium tone-active",
    (span.state === "failed" || span.state === "rejected") && "font-medium tone-problem",
    !["waiting", "running", "failed", "rejected"].includes(span.state) && "text-muted",
  )
}
