import type { BudgetPart, ContextEntry, ContextState, Execution } from "./detail"
import { fieldsIn, numberIn, textIn } from "./reading"

/** The token budget as a bar of parts, and what is in each of them. */

const PARTS: readonly BudgetPart[] = ["system", "tools", "context", "messages", "reserve", "free"]

export interface PartFigure {
  part: BudgetPart | "rest"
  /** Null is what nobody said. */
  tokens: number | null
  /** Of the window, or of what was counted where the window is not known. */
  share: number | null
}

export interface BudgetFigures {
  used: number
  window: number | null
  /** The provider counted it; else it is an estimate or what the runtime told. */
  counted: boolean
  /** Used and reserved, of the window. */
  filled: number | null
  parts: PartFigure[]
}

const FILLS: readonly BudgetPart[] = ["system", "tools", "context", "messages"]

/**
 * The bar of a context. What the provider counted beyond the parts that are known is a part of its
 * own: it is there, and nobody said what it is.
 */
export function budgetFigures(context: ContextState): BudgetFigures {
  const { budget, measured_tokens: measured } = context
  const told = FILLS.reduce((sum, part) => sum + (budget[part] ?? 0), 0)
  const rest = context.estimated ? Math.max(0, (measured ?? 0) - told) : 0
  const used = told + rest
  const whole = budget.window ?? (used > 0 ? used : null)
  const share = (tokens: number | null) => (tokens === null || !whole ? null : tokens / whole)
  const parts: PartFigure[] = PARTS.map((part) => ({
    part,
    tokens: budget[part],
    share: share(budget[part]),
  }))
  if (rest > 0) parts.splice(4, 0, { part: "rest", tokens: rest, share: share(rest) })
  const filled = budget.window ? (used + (budget.reserve ?? 0)) / budget.window : null
  const counted = context.estimated && measured !== null && measured >= told
  return { used, window: budget.window, counted, filled, parts }
}

const IN_CONTEXT = new Set(["summary"])

/** What is in a part, largest first. Only messages and summaries are events of the log. */
export function entriesOf(part: PartFigure["part"], context: ContextState): ContextEntry[] {
  if (part !== "messages" && part !== "context") return []
  return context.entries
    .filter((entry) => IN_CONTEXT.has(entry.role) === (part === "context"))
    .sort((a, b) => b.tokens - a.tokens || a.seq - b.seq)
}

export interface Layer {
  name: string
  start: number
  ms: number
  messagesIn: number | null
  messagesOut: number | null
  skipped: boolean
}

/** The pipeline of one execution; what has no name or no time is left out of the drawing. */
function layersOf(execution: Execution): Layer[] {
  let end = 0
  return execution.layers.flatMap((layer) => {
    const told = fieldsIn(layer)
    const name = textIn(told.name)
    if (!name) return []
    const ms = numberIn(told.duration_ms) ?? numberIn(told.ms)
    const start = numberIn(told.start_ms) ?? end
    end = start + (ms ?? 0)
    return {
      name: readable(name),
      start,
      ms: ms ?? 0,
      messagesIn: numberIn(told.messages_in) ?? null,
      messagesOut: numberIn(told.messages_out) ?? null,
      skipped: ms === undefined || told.skipped === true,
    }
  })
}

/** `dead-content-evictor` is "Dead content evictor". */
function readable(name: string): string {
  const spaced = name.replace(/[-_]+/g, " ").trim()
  return spaced.charAt(0).toUpperCase() + spaced.slice(1)
}

export interface Pipeline {
  layers: Layer[]
  total: number
  messagesIn: number | null
  messagesOut: number | null
}

export function pipelineOf(execution: Execution): Pipeline {
  const layers = layersOf(execution)
  const timed = layers.filter((layer) => !layer.skipped)
  return {
    layers,
    total: timed.reduce((end, layer) => Math.max(end, layer.start + layer.ms), 0),
    messagesIn: timed[0]?.messagesIn ?? null,
    messagesOut: timed.at(-1)?.messagesOut ?? null,
  }
}

/** The slow layers carry the time: only these have the hue of work. */
export function isSlow(layer: Layer, total: number): boolean {
  return !layer.skipped && total > 0 && layer.ms / total >= 0.2
}
