import type { TurnEntry } from "../../domain/fold-transcript"
import { formatCost, formatDuration, formatTokens } from "../../domain/format"
import { turnMillis } from "../../domain/turn-stats"
import { sessionWords } from "../../domain/words/session"
import { transcriptWords } from "../../domain/words/transcript"

const say = transcriptWords

/** "Turn 7  9 tool calls, 24.8k in, 1.9k out, $0.412, 12m 40s" */
export function TurnHeader({ entry }: { entry: TurnEntry }) {
  const { turn, number } = entry
  const parts: string[] = []
  if (turn.calls > 0) parts.push(say.calls(turn.calls))
  if (turn.tokensIn > 0) parts.push(say.tokensIn(formatTokens(turn.tokensIn)))
  if (turn.tokensOut > 0) parts.push(say.tokensOut(formatTokens(turn.tokensOut)))
  if (turn.costMicros !== null) parts.push(formatCost(turn.costMicros))
  const ms = turnMillis(turn)
  if (ms > 0) parts.push(formatDuration(ms))
  const unpriced =
    turn.unpriced.length > 0 ? sessionWords.figure.unpriced(turn.unpriced.join(", ")) : undefined
  return (
    <div className="flex items-baseline gap-2 pt-3 text-meta text-faint">
      <h2 className="text-small font-semibold text-fg">
        {turn.answered > 0 ? say.turn(number) : say.unanswered}
      </h2>
      <span className="num" data-tip={unpriced}>
        {parts.join(", ")}
      </span>
    </div>
  )
}
