import { roundDuration } from "../../../../domain/chart-scale"
import type { TurnFigures } from "../../../../domain/detail"
import { formatCost, formatDuration, formatTokens } from "../../../../domain/format"
import { inputTokens } from "../../../../domain/session"
import { metricsWords } from "../../../../domain/words/views"
import { type Bar, BarChart } from "./bar-chart"

const say = metricsWords
/** More bars than this are too thin to be told apart. */
const MOST = 48

interface Props {
  turns: readonly TurnFigures[]
  currency: string
  sessionId: string
}

/** Three small charts over the same turns, each bar a link to its turn. */
export function TurnCharts({ turns, currency, sessionId }: Props) {
  const shown = turns.slice(-MOST)
  const first = turns.length - shown.length + 1
  const cut = shown.length < turns.length ? say.latest(shown.length, turns.length) : null
  const priced = shown.some((turn) => turn.cost_micros !== null)
  const of = (pick: (turn: TurnFigures) => Omit<Bar, "label" | "seq">) =>
    shown.map((turn, index) => ({ ...pick(turn), label: first + index, seq: turn.first_seq }))
  return (
    <div className="grid grid-cols-3 gap-x-10 gap-y-6 pt-6 max-lg:grid-cols-1">
      <BarChart
        title={say.costPerTurn}
        note={cut ?? (priced ? null : say.noPrice)}
        sessionId={sessionId}
        axis={(value) => formatCost(value, currency)}
        bars={of((turn) => ({
          parts: [{ value: turn.cost_micros ?? 0, look: "c1" }],
          text: formatCost(turn.cost_micros, currency),
        }))}
      />
      <BarChart
        title={say.tokensPerTurn}
        note={cut ?? say.fourClasses}
        sessionId={sessionId}
        axis={(value) => formatTokens(Math.round(value))}
        bars={of((turn) => ({
          parts: tokenParts(turn),
          text: say.totals(
            formatTokens(inputTokens(turn.tokens)),
            formatTokens(turn.tokens.output),
          ),
        }))}
      />
      <BarChart
        title={say.timePerTurn}
        note={cut}
        sessionId={sessionId}
        axis={(value) => (value === 0 ? "0" : formatDuration(value))}
        top={roundDuration}
        bars={of((turn) => ({
          parts: [{ value: turn.duration_ms, look: "c6" }],
          text: formatDuration(turn.duration_ms),
        }))}
      />
    </div>
  )
}

function tokenParts(turn: TurnFigures): Bar["parts"] {
  const { tokens } = turn
  return [
    { value: tokens.input_uncached, look: "c1" },
    { value: tokens.cache_write_5m + tokens.cache_write_1h, look: "c4" },
    { value: tokens.cache_read, look: "c2" },
    { value: tokens.output, look: "c3" },
  ]
}
