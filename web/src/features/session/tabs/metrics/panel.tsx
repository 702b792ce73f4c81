import "../patterns.css"
import { metricsOf, timelineOf } from "../../../../api/queries/detail"
import type { Metrics } from "../../../../domain/detail"
import { formatCost, formatTokens } from "../../../../domain/format"
import { known } from "../../../../domain/reading"
import { timeSplit } from "../../../../domain/time-split"
import { metricsWords } from "../../../../domain/words/views"
import { currentTime } from "../../../../ui/ticker"
import { TabPage } from "../../tab-page"
import type { TabProps } from "../../tabs"
import { useView } from "../../use-view"
import { FigureStrip } from "./figure-strip"
import { TimeSplitBar } from "./time-split-bar"
import { ToolTable } from "./tool-table"
import { TurnCharts } from "./turn-charts"

const say = metricsWords

/** What the session took: tokens, money, time, tools. */
export default function MetricsPanel({ session, at }: TabProps) {
  const query = useView(metricsOf(session.id, at), session.seq, at)
  const timeline = useView(timelineOf(session.id, at), session.seq, at)
  return (
    <TabPage query={query} failed={say.failed}>
      {(metrics) => {
        const split = timeline.data ? timeSplit(metrics, timeline.data.data, currentTime()) : null
        return (
          <>
            <Headline
              metrics={metrics}
              below={at === null ? session.children?.cost_micros : null}
            />
            <FigureStrip metrics={metrics} />
            {split && split.total > 0 && <TimeSplitBar split={split} />}
            {metrics.by_turn.length > 0 && (
              <TurnCharts
                turns={metrics.by_turn}
                currency={metrics.currency}
                sessionId={session.id}
              />
            )}
            <ToolTable tools={metrics.by_tool} calls={metrics.tool_calls} />
            <Basis metrics={metrics} />
          </>
        )
      }}
    </TabPage>
  )
}

interface HeadlineProps {
  metrics: Metrics
  /** What the sub-agents cost, which is in the header and not in these sums. */
  below: number | null | undefined
}

function Headline({ metrics, below }: HeadlineProps) {
  const { cost_micros: cost, currency, turns } = metrics
  const used = metrics.tokens_used > 0
  const parts = [
    used && say.totals(formatTokens(metrics.input_tokens), formatTokens(metrics.output_tokens)),
    !used && say.noUsage,
    cost !== null && turns > 1 && say.perTurn(formatCost(cost / turns, currency)),
    cost === null && used && say.noCost,
    below ? say.below(formatCost(below, currency)) : null,
  ]
  const estimate = metrics.usage_source === "estimated" ? "≈" : ""
  return (
    <div className="flex flex-wrap items-baseline gap-x-3">
      <h2 className="num text-figure font-semibold tracking-[-.02em]">
        {cost === null ? formatCost(null) : `${estimate}${formatCost(cost, currency)}`}
      </h2>
      <p className="num text-muted">{parts.filter(Boolean).join(", ")}</p>
    </div>
  )
}

/** What the figures rest on. */
function Basis({ metrics }: { metrics: Metrics }) {
  const { unpriced_models: unpriced, usage_source: source } = metrics
  if (metrics.tokens_used === 0) return null
  return (
    <p className="prose-wrap max-w-[90ch] pt-3 text-small text-muted">
      {known(say.basis, source)}{" "}
      {unpriced.length > 0 ? say.unpriced(unpriced.join(", ")) : say.noUnpriced}
    </p>
  )
}
