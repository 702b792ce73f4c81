import { fieldsIn, textIn } from "./reading"
import { visible } from "./visible"

/** A session as the API gives it; a list row is the same object with a short agent. */

export type DisplayStatus =
  | "queued"
  | "provisioning"
  | "running"
  | "waiting_approval"
  | "waiting_input"
  | "paused"
  | "blocked"
  | "stalled"
  | "idle"
  | "succeeded"
  | "failed"
  | "timed_out"
  | "rejected"
  | "cancelled"
  | "archived"

export type Tone = "active" | "attention" | "success" | "problem" | "neutral"

export type Kind = "chat" | "flow_run" | "background_task" | "automation_run"

export interface Tokens {
  input_uncached: number
  cache_read: number
  cache_write_5m: number
  cache_write_1h: number
  output: number
}

/** A recorded session may not say who ran it. */
export interface AgentRef {
  id: string | null
  name: string | null
  version?: number | null
  model?: { id?: string | null } | string | null
}

export interface Attention {
  reason: string
  since: string
  approval_id?: string | null
  question?: string
}

export interface Where {
  cwd?: string | null
  repo?: string | null
  branch?: string | null
  sandbox?: string | null
  profile?: string | null
  runtime?: string | null
  surface?: string | null
  version?: string | null
}

/** Sums of the sub-agents below a root session; never part of the row's own sums. */
export interface Children {
  count: number
  active: number
  cost_micros?: number | null
  tokens?: Partial<Tokens> | null
  errors?: number
}

export interface Session {
  id: string
  key?: string
  title: string | null
  kind: Kind
  mode?: string | null
  origin?: string | null
  channel?: string | null
  recorded?: boolean
  state: string
  state_reason?: string | null
  display_status: DisplayStatus
  tone: Tone
  lifecycle?: string
  active: boolean
  attention: Attention | null
  approval_id?: string | null
  progress?: { text: string; done?: number | null; total?: number | null } | null
  activity?: string | null
  error?: string | { type?: string; message?: string } | null
  agent: AgentRef
  owner?: { id?: string | null; name?: string | null } | null
  tags?: string[]
  segment?: number
  initiative_id?: string | null
  plan_id?: string | null
  parent_id?: string | null
  root_id?: string | null
  children?: Children | null
  external_ids?: Record<string, string>
  metadata?: Record<string, string>
  seq: number
  pos: number
  message_count: number
  turn_count: number
  tool_call_count: number
  error_count: number
  compaction_count?: number
  tokens: Tokens
  cost_micros: number | null
  currency?: string
  unpriced_models?: string[]
  /** reported, lower_bound, estimated, or a word of the source's own. */
  usage_source?: string | null
  stats?: { duration_seconds: number } | null
  connectors?: string[]
  tools?: string[]
  models?: string[]
  where?: Where | null
  created_at: string
  updated_at: string
  last_message_at?: string | null
  last_activity_at?: string | null
  ended_at?: string | null
  archived_at: string | null
  output_summary?: string | null
}

/** Where a session runs, as far as it says so in texts. */
export function whereOf(session: Session): Partial<Record<keyof Where, string>> {
  const told = Object.entries(fieldsIn(session.where))
  return Object.fromEntries(told.filter(([, value]) => textIn(value)))
}

/** What the agent received: everything but output. */
export function inputTokens(tokens: Partial<Tokens>): number {
  return (
    (tokens.input_uncached ?? 0) +
    (tokens.cache_read ?? 0) +
    (tokens.cache_write_5m ?? 0) +
    (tokens.cache_write_1h ?? 0)
  )
}

/** True when no source ever told how many tokens were used, so that 0 would be a guess. */
export function usageUnknown(session: Session): boolean {
  return inputTokens(session.tokens) + session.tokens.output === 0
}

/** Own cost plus that of sub-agents; null when nothing of it is priced. */
export function totalCostMicros(session: Session): number | null {
  const below = session.children?.cost_micros ?? null
  if (session.cost_micros === null) return below || null
  return session.cost_micros + (below ?? 0)
}

export function isArchived(session: Session): boolean {
  return session.archived_at !== null
}

/** Whether the work goes on, or waits for a person to go on. */
export function isLive(session: Session): boolean {
  return session.tone === "active" || session.state === "waiting"
}

/** The one line that says what went wrong, whatever shape the row gives it in. */
export function errorText(session: Session): string | null {
  const error = session.error
  if (!error) return null
  const { message, type } = fieldsIn(error)
  return textIn(error) ?? textIn(message) ?? textIn(type) ?? null
}

export function titleOf(session: { title: string | null; key?: string; id: string }): string {
  return visible(session.title?.trim() || session.key || session.id)
}

/** What to call the agent of a session. */
export function agentName(session: { agent: Pick<AgentRef, "id" | "name"> }): string {
  return visible(session.agent.name || session.agent.id || "–")
}

export function agentModel(session: Session): string | null {
  const models = session.models ?? []
  if (models.length > 0) return models[models.length - 1] ?? null
  const model = session.agent.model
  const id = textIn(model) ?? textIn(fieldsIn(model).id) ?? null
  return id === "unknown" ? null : id
}
