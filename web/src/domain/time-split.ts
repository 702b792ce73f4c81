import type { Metrics, Span } from "./detail"

/** Where the time of the turns went, as far as the log tells. */

export interface TimeSplit {
  /** Sum of the turns; what lies between them is not counted. */
  total: number
  waiting: number
  tools: number
  model: number
  turns: number
}

type Interval = readonly [from: number, to: number]

/** Waits inside turns, then calls, then the rest, which is the model and what nobody timed. */
export function timeSplit(metrics: Metrics, spans: readonly Span[], now: number): TimeSplit {
  const turns = metrics.by_turn.map(
    (turn): Interval => [Date.parse(turn.started_at), Date.parse(turn.ended_at)],
  )
  const waits = spans
    .filter((span) => span.span === "wait" && span.started_at)
    .map(
      (span): Interval => [
        Date.parse(span.started_at as string),
        span.ended_at ? Date.parse(span.ended_at) : now,
      ],
    )
  // A person who is still waited for belongs to the turn that asked.
  const total = lengthOf(merged([...turns, ...waits]))
  const waiting = lengthOf(merged(waits))
  const called = metrics.by_tool.reduce((sum, tool) => sum + tool.duration_ms, 0)
  // Calls may run beside each other, or while a person is asked: no part is larger than what is left.
  const tools = Math.min(called, total - waiting)
  return { total, waiting, tools, model: total - waiting - tools, turns: turns.length }
}

/** Intervals that touch become one. */
export function merged(intervals: readonly Interval[]): Interval[] {
  const result: [number, number][] = []
  for (const [from, to] of [...intervals].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else if (to >= from) result.push([from, to])
  }
  return result
}

const lengthOf = (intervals: readonly Interval[]) =>
  intervals.reduce((sum, [from, to]) => sum + to - from, 0)
