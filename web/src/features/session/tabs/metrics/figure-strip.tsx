import type { ReactNode } from "react"
import type { Metrics } from "../../../../domain/detail"
import { formatCount, formatPercent, formatTokens, UNKNOWN } from "../../../../domain/format"
import { metricsWords } from "../../../../domain/words/views"
import { cx } from "../../../../ui/cx"

const say = metricsWords

interface Figure {
  label: string
  value: ReactNode
  look?: string
  note?: string
  /** A figure that asks to be looked at. */
  problem?: boolean
  /** The whole of it. */
  tip?: string
}

/** The fields of the session's sums side by side (S1-37). */
export function FigureStrip({ metrics }: { metrics: Metrics }) {
  return (
    <dl className="mt-3 grid auto-cols-fr grid-flow-col overflow-hidden rounded-card border border-line max-lg:grid-flow-row max-lg:grid-cols-5 max-md:grid-cols-2">
      {figuresOf(metrics).map((figure) => (
        <div
          key={figure.label}
          className="-mt-px -ml-px border-t border-l border-line-soft px-3.5 py-2.5 max-md:last:odd:col-span-2"
        >
          <dt className="flex items-center gap-2 text-small whitespace-nowrap text-muted">
            {figure.look && <i className={cx("size-2.5 shrink-0 rounded-[3px]", figure.look)} />}
            {figure.label}
          </dt>
          <dd
            className="num flex items-baseline justify-between gap-2 text-page font-medium"
            data-tip={figure.tip}
          >
            <span className={figure.problem ? "text-problem" : undefined}>{figure.value}</span>
            {figure.note && (
              <small className="text-small font-normal text-faint">{figure.note}</small>
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function figuresOf(metrics: Metrics): Figure[] {
  const { tokens, errors, tool_calls: calls } = metrics
  const known = metrics.tokens_used > 0
  const write = tokens.cache_write_5m + tokens.cache_write_1h
  const figure = (label: string, count: number, look: string): Figure => ({
    label,
    look,
    value: known ? formatTokens(count) : UNKNOWN,
    ...(known ? { tip: formatCount(count) } : {}),
  })
  return [
    figure(say.tokensIn, tokens.input_uncached, "part-1"),
    figure(say.cacheWrite, write, "part-4"),
    figure(say.cacheRead, tokens.cache_read, "part-2"),
    figure(say.output, tokens.output, "part-3"),
    ...(metrics.reasoning_tokens > 0
      ? [
          {
            label: say.reasoning,
            value: formatTokens(metrics.reasoning_tokens),
            tip: say.inOutput,
          },
        ]
      : []),
    { label: say.calls, value: formatCount(calls) },
    { label: say.turns, value: formatCount(metrics.turns) },
    { label: say.compactions, value: formatCount(metrics.compactions) },
    { label: say.resets, value: formatCount(metrics.resets) },
    {
      label: say.errors,
      value: formatCount(errors),
      problem: errors > 0,
      ...(errors > 0 && calls >= errors ? { note: formatPercent(errors / calls) } : {}),
    },
  ]
}
