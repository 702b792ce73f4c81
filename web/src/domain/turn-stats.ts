import { type Event, isToolUse, type ModelUsage, millisBetween } from "./event"
import { fieldsIn, numberIn } from "./reading"

/** Sums of one turn: from one input to the model having nothing more to do. */
export interface TurnStats {
  turnId: string
  /** 1 once the model was asked: these are what the session counts as turns. */
  answered: number
  calls: number
  tokensIn: number
  tokensOut: number
  /** Sum of what is priced; null when nothing is. */
  costMicros: number | null
  unpriced: string[]
  startedAt: string
  endedAt: string
}

export function turnMillis(turn: TurnStats): number {
  return millisBetween(turn.startedAt, turn.endedAt)
}

/** Stats of every turn among the events, in order of appearance. */
export function turnStats(events: readonly Event[]): Map<string, TurnStats> {
  const turns = new Map<string, TurnStats>()
  for (const event of events) {
    if (!event.turn_id) continue
    const turn = turns.get(event.turn_id) ?? opened(event.turn_id, event)
    turns.set(event.turn_id, turn)
    if (event.created_at > turn.endedAt) turn.endedAt = event.created_at
    if (ANSWER.test(event.type)) turn.answered = 1
    if (isToolUse(event)) turn.calls += 1
    // A correction carries the difference to what it corrects, so plain sums are right.
    if (event.type === "span.model_request_end") addUsage(turn, event)
  }
  return turns
}

const ANSWER = /^(agent\.(message|thinking|(mcp_|custom_)?tool_use)|span\.model_request_end)$/

function opened(turnId: string, event: Event): TurnStats {
  return {
    turnId,
    answered: 0,
    calls: 0,
    tokensIn: 0,
    tokensOut: 0,
    costMicros: null,
    unpriced: [],
    startedAt: event.created_at,
    endedAt: event.created_at,
  }
}

function addUsage(turn: TurnStats, event: Event): void {
  const usage = fieldsIn(event.model_usage)
  const count = (name: keyof ModelUsage) => numberIn(usage[name]) ?? 0
  turn.tokensIn +=
    count("input_tokens") + count("cache_read_input_tokens") + count("cache_creation_input_tokens")
  turn.tokensOut += count("output_tokens")
  if (typeof event.cost_micros === "number") {
    turn.costMicros = (turn.costMicros ?? 0) + event.cost_micros
  } else if (typeof event.model === "string" && !turn.unpriced.includes(event.model)) {
    turn.unpriced.push(event.model)
  }
}

/** A turn whose number is known; the others are counted from it. */
export interface TurnAnchor {
  turnId: string
  number: number
}

/**
 * Numbers of the turns that the agent answered. Counted from 1 when the session's start is
 * loaded, else from the anchor, so that loading earlier events changes no number.
 */
export function numberTurns(
  turns: Iterable<TurnStats>,
  complete: boolean,
  anchor: TurnAnchor | null,
): Map<string, number> {
  const counted = [...turns].filter((turn) => turn.answered > 0)
  const at = anchor ? counted.findIndex((turn) => turn.turnId === anchor.turnId) : -1
  const numbers = new Map<string, number>()
  if (!complete && at < 0) return numbers
  let number = complete || !anchor ? 1 : anchor.number - answersIn(counted.slice(0, at))
  for (const turn of counted) {
    numbers.set(turn.turnId, number)
    number += turn.answered
  }
  return numbers
}

/** The newest counted turn is the session's last: its number is the row's `turn_count`. */
export function lastTurnAnchor(turns: Iterable<TurnStats>, turnCount: number): TurnAnchor | null {
  const last = [...turns].filter((turn) => turn.answered > 0).at(-1)
  if (!last || turnCount < last.answered) return null
  return { turnId: last.turnId, number: turnCount - last.answered + 1 }
}

function answersIn(turns: TurnStats[]): number {
  return turns.reduce((sum, turn) => sum + turn.answered, 0)
}
