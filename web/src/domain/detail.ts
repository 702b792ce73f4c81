import type { Hunk } from "./diff-rows"
import type { Tokens } from "./session"

/** What the API tells about one session beside its row and its log. */

export type BudgetPart = "system" | "tools" | "context" | "messages" | "reserve" | "free"

export type Budget = Record<BudgetPart | "window", number | null>

export interface ContextEntry {
  seq: number
  id: string
  type: string
  role: string
  title: string
  tokens: number
}

/** One assembly of the context, as the runtime told it. */
export interface Execution {
  seq: number
  turn_id: string | null
  at: string
  budget: Partial<Budget>
  estimated: boolean
  /** Kept as they came: each reader checks what it takes. */
  layers: unknown[]
  cache_read: number | null
  cache_write: number | null
}

export interface ContextState {
  segment: number
  context_start_seq: number
  budget: Budget
  estimated: boolean
  measured_tokens: number | null
  trimmed_tokens: number
  entries: ContextEntry[]
  executions: Execution[]
}

export interface ToolFigures {
  name: string
  connector: string | null
  calls: number
  errors: number
  duration_ms: number
}

export interface TurnFigures {
  turn_id: string
  first_seq: number
  last_seq: number
  started_at: string
  ended_at: string
  requests: number
  calls: number
  errors: number
  tokens: Tokens
  cost_micros: number | null
  unpriced_models: string[]
  duration_ms: number
}

export interface Metrics {
  input_tokens: number
  output_tokens: number
  tokens: Tokens
  tokens_used: number
  reasoning_tokens: number
  requests: number
  turns: number
  messages: number
  tool_calls: number
  errors: number
  compactions: number
  resets: number
  cost_micros: number | null
  currency: string
  unpriced_models: string[]
  usage_source: string | null
  by_tool: ToolFigures[]
  by_turn: TurnFigures[]
}

export type SpanKind = "turn" | "step" | "checkpoint" | "wait" | "agent"

export interface Attempt {
  started_at: string
  ended_at: string | null
  state: string
}

export interface Span {
  span: SpanKind
  id: string | null
  name: string | null
  state: string
  first_seq: number | null
  last_seq: number | null
  started_at: string | null
  ended_at: string | null
  last_at?: string | null
  index?: number
  attempts?: Attempt[]
  decision?: string | null
}

export interface FileChange {
  /** Null where it is not known. */
  additions: number | null
  deletions: number | null
  hunks: Hunk[] | null
  /** Only the first lines are here. */
  truncated?: boolean
}

export interface FileEdit extends FileChange {
  event_id: string
  seq: number
  turn_id: string | null
  at: string
  tool_use_id: string | null
  change: string
}

export interface EditedFile {
  path: string
  moved_from: string | null
  change: string
  additions: number | null
  deletions: number | null
  generated: boolean
  edits: FileEdit[]
  net: FileChange & { reason: string | null }
}

export type MarkKind = "turn" | "error" | "approval" | "compaction" | "reset" | "interrupt"

export interface Mark {
  seq: number
  event_id: string
  at: string
  mark: MarkKind
  label: string
}

export interface Outline {
  /** Null where nothing happened yet. */
  first_seq: number | null
  last_seq: number | null
  first_at: string | null
  last_at: string | null
  buckets: { seq: number; at: string; events: number }[]
  marks: Mark[]
}

export interface Hit {
  seq: number
  event_id: string
  type: string
  at: string
}

export interface AuditEntry {
  id: string
  at: string
  actor: { type: string; id?: string | null; name?: string | null } | null
  action: string
  detail: unknown
  request_id: string | null
}
