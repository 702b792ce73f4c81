import { known } from "./reading"
import type { Session } from "./session"

/** What the address bar says about the list. Lists are comma-separated; unknown keys are kept. */

export const TABS = ["all", "needs-you", "active", "chats", "tasks", "archived"] as const
export type Tab = (typeof TABS)[number]

export interface ListFilter {
  tab: Tab
  kind: string[]
  status: string[]
  agent: string | null
  channel: string[]
  origin: string[]
  tool: string[]
  owner: string | null
  /** `24h`, `7d`, `30d`, or a date. */
  from: string | null
}

export type Search = Record<string, string>

export const FACETS = [
  "kind",
  "status",
  "agent",
  "channel",
  "origin",
  "tool",
  "owner",
  "from",
] as const
export type Facet = (typeof FACETS)[number]

/** The words of the status facet and the stored states each stands for. */
export const STATUS_STATES: Record<string, string[]> = {
  queued: ["pending", "queued"],
  provisioning: ["provisioning"],
  running: ["running"],
  waiting: ["waiting"],
  paused: ["paused"],
  blocked: ["blocked"],
  idle: ["idle"],
  succeeded: ["completed"],
  failed: ["failed", "timed_out"],
  rejected: ["rejected"],
  cancelled: ["cancelled"],
}

const listOf = (value: string | undefined) => (value ? value.split(",").filter(Boolean) : [])

export function parseFilter(search: Search): ListFilter {
  const tab = TABS.find((known) => known === search.tab) ?? "all"
  return {
    tab,
    kind: listOf(search.kind),
    status: listOf(search.status),
    agent: search.agent || null,
    channel: listOf(search.channel),
    origin: listOf(search.origin),
    tool: listOf(search.tool),
    owner: search.owner || null,
    from: search.from || null,
  }
}

/** The values of one facet, single ones included, as a list. */
export function facetValues(filter: ListFilter, facet: Facet): string[] {
  const value = filter[facet]
  if (Array.isArray(value)) return value
  return value ? [value] : []
}

export function withFacet(search: Search, facet: Facet, values: string[]): Search {
  const next = { ...search }
  if (values.length === 0) delete next[facet]
  else next[facet] = values.join(",")
  return next
}

export function withTab(search: Search, tab: Tab): Search {
  const next = { ...search }
  if (tab === "all") delete next.tab
  else next.tab = tab
  return next
}

export function withoutFacets(search: Search): Search {
  const next = { ...search }
  for (const facet of FACETS) delete next[facet]
  return next
}

export function activeFacets(filter: ListFilter): Facet[] {
  return FACETS.filter((facet) => facetValues(filter, facet).length > 0)
}

/** Sections stand only on the list of everything that is not archived, unfiltered or filtered. */
export function hasSections(filter: ListFilter): boolean {
  return filter.tab === "all" || filter.tab === "chats" || filter.tab === "tasks"
}

const HOUR = 3_600_000

/**
 * Start of the chosen time, as the API takes it. Relative spans begin at a full hour or day, so
 * that every page of one list asks for the same span.
 */
export function fromInstant(from: string | null, now: number): string | null {
  if (!from) return null
  const span = /^(\d+)([hd])$/.exec(from)
  if (!span) {
    const date = new Date(`${from}T00:00:00`)
    return Number.isNaN(date.getTime()) ? null : date.toISOString()
  }
  const hours = Number(span[1]) * (span[2] === "d" ? 24 : 1)
  const start = new Date(now - hours * HOUR)
  if (span[2] === "d") start.setHours(0, 0, 0, 0)
  else start.setMinutes(0, 0, 0)
  return start.toISOString()
}

export type Query = [name: string, value: string][]

const TAB_QUERY: Record<Tab, Query> = {
  all: [],
  "needs-you": [["attention", "true"]],
  active: [["active", "true"]],
  chats: [],
  tasks: [],
  archived: [["archived", "true"]],
}

function kindsOf(filter: ListFilter): string[] {
  if (filter.tab === "chats") return ["chat"]
  if (filter.tab === "tasks") return ["background_task"]
  return filter.kind
}

/** The query string of `GET /v1/sessions` for this filter. */
export function listQuery(filter: ListFilter, now: number): Query {
  const query: Query = [["sort", "active_first"], ...TAB_QUERY[filter.tab]]
  for (const kind of kindsOf(filter)) query.push(["kind[]", kind])
  for (const status of filter.status) {
    for (const state of known(STATUS_STATES, status) ?? [status]) query.push(["state[]", state])
  }
  if (filter.agent) query.push(["agent_id", filter.agent])
  for (const channel of filter.channel) query.push(["channel[]", channel])
  for (const origin of filter.origin) query.push(["origin[]", origin])
  for (const tool of filter.tool) query.push(["connectors[]", tool])
  if (filter.owner) query.push(["owner_id", filter.owner])
  const from = fromInstant(filter.from, now)
  if (from) query.push(["updated_at[gte]", from])
  return query
}

const anyOf = (wanted: string[], value: string | null | undefined) =>
  wanted.length === 0 || (typeof value === "string" && wanted.includes(value))

function matchesTab(session: Session, tab: Tab): boolean {
  if (tab === "archived") return session.archived_at !== null
  if (session.archived_at !== null) return false
  if (tab === "needs-you") return session.attention !== null
  if (tab === "active") return session.active
  return true
}

/** The server's filter once more, for rows that arrive by the stream. */
export function matchesFilter(session: Session, filter: ListFilter, now: number): boolean {
  if (session.parent_id) return false
  const states = filter.status.flatMap((status) => known(STATUS_STATES, status) ?? [status])
  const from = fromInstant(filter.from, now)
  return (
    matchesTab(session, filter.tab) &&
    anyOf(kindsOf(filter), session.kind) &&
    anyOf(states, session.state) &&
    anyOf(filter.channel, session.channel) &&
    anyOf(filter.origin, session.origin) &&
    (!filter.agent || session.agent.id === filter.agent) &&
    (!filter.owner || session.owner?.id === filter.owner) &&
    (filter.tool.length === 0 || filter.tool.some((tool) => session.connectors?.includes(tool))) &&
    (!from || Date.parse(session.updated_at) >= Date.parse(from))
  )
}
