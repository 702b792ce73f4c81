import { formatCost, formatCount, formatTokens, UNKNOWN } from "../../domain/format"
import { known } from "../../domain/reading"
import { inputTokens, type Session, totalCostMicros, usageUnknown } from "../../domain/session"
import { sessionWords } from "../../domain/words/session"
import { cx } from "../../ui/cx"

const say = sessionWords.figure

/** Tokens a session took in or gave out; a dash when no source told. */
export function TokensText({ session, side }: { session: Session; side: "in" | "out" }) {
  const { tokens } = session
  if (usageUnknown(session)) {
    return (
      <span className="text-faint" data-tip={say.noUsage}>
        {UNKNOWN}
      </span>
    )
  }
  const count = side === "in" ? inputTokens(tokens) : tokens.output
  const parts = say.tokens(
    formatCount(tokens.input_uncached),
    formatCount(tokens.cache_read),
    formatCount(tokens.cache_write_5m + tokens.cache_write_1h),
  )
  return (
    <span
      className={cx(count === 0 && "text-faint")}
      data-tip={side === "in" ? `${formatCount(count)}\n${parts}` : formatCount(count)}
    >
      {formatTokens(count)}
    </span>
  )
}

/** Cost of a session with its sub-agents, its basis in the tooltip. */
export function CostText({ session }: { session: Session }) {
  const micros = totalCostMicros(session)
  if (micros === null) {
    return (
      <span className="text-faint" data-tip={unpricedTip(session)}>
        {UNKNOWN}
      </span>
    )
  }
  return (
    <span
      className={cx("whitespace-nowrap", micros === 0 && "text-faint")}
      data-tip={costTip(session)}
    >
      {costPrefix(session)}
      {formatCost(micros, session.currency)}
    </span>
  )
}

const isPartial = (session: Session) => (session.unpriced_models ?? []).length > 0

function costPrefix(session: Session): string {
  if (session.usage_source === "estimated") return "≈"
  return session.usage_source === "lower_bound" || isPartial(session) ? "≥" : ""
}

function unpricedTip(session: Session): string {
  if (!isPartial(session)) return say.noUsage
  return say.unpriced((session.unpriced_models ?? []).join(", "))
}

const BASES = {
  reported: say.costReported,
  lower_bound: say.costLowerBound,
  estimated: say.costEstimated,
}

function costTip(session: Session): string {
  const below = session.children?.cost_micros ?? 0
  const basis = known(BASES, session.usage_source ?? "reported")
  const lines: string[] = basis ? [basis] : []
  if (isPartial(session)) lines.push(say.costWithout((session.unpriced_models ?? []).join(", ")))
  if (below > 0) lines.push(say.split(formatCost(session.cost_micros), formatCost(below)))
  return lines.join("\n")
}
