import { known } from "./reading"
import { type Session, totalCostMicros } from "./session"
import { hasEditor } from "./tool-kind"

/** What the address bar says about the list. Lists are comma-separated; unknown keys are kept. */

export const TABS = [
  "all",
  "needs-you",
  "active",
  "chats",
  "flows",
  "tasks",
  "automations",
  "archived",
] as const
export type Tab = (typeof TABS)[number]

/** Facets that hold a list of words: name in the address → name in the API. */
export const LIST_FACETS = {
  kind: "kind",
  status: "state",
  agent: "agent_id",
  channel: "channel",
  owner: "owner_id",
  tool: "connectors",
  origin: "origin",
  initiative: "initiative_id",
  plan: "plan_id",
  mode: "mode",
  tone: "tone",
  tag: "tag",
  repo: "repo",
  has: "has",
} as const
export type ListFacet = keyof typeof LIST_FACETS
export type Facet = ListFacet | "cost" | "date"

export const LISTS = Object.keys(LIST_FACETS) as ListFacet[]
const FACETS: readonly Facet[] = [...LISTS, "cost", "date"]

export interface ListFilter {
  tab: Tab
  lists: Record<ListFacet, string[]>
  /** Least cost in dollars. */
  cost: string | null
  /** `24h`, `7d`, `30d`, or a date. */
  from: string | null
  /** A date; the whole day belongs to it. */
  to: string | null
  /** Archived sessions too, beside the others. */
  withArchived: boolean
}

export type Search = Record<string, string>

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

export function statesOf(status: string): string[] {
  return known(STATUS_STATES, status) ?? [status]
}

const listOf = (value: string | undefined) => (value ? value.split(",").filter(Boolean) : [])

export function parseFilter(search: Search): ListFilter {
  const lists = Object.fromEntries(LISTS.map((name) => [name, listOf(search[name])]))
  return {
    tab: TABS.find((tab) => tab === search.tab) ?? "all",
    lists: lists as Record<ListFacet, string[]>,
    cost: search.cost || null,
    from: search.from || null,
    to: search.to || null,
    withArchived: search.archived === "1",
  }
}

/** The values of one facet. Of the date: the span, or its ends with two dots between. */
export function facetValues(filter: ListFilter, facet: Facet): string[] {
  if (facet === "cost") return filter.cost ? [filter.cost] : []
  if (facet !== "date") return filter.lists[facet]
  if (!filter.to) return filter.from ? [filter.from] : []
  return [`${filter.from ?? ""}..${filter.to}`]
}

export function withFacet(search: Search, facet: Facet, values: string[]): Search {
  if (facet === "date") {
    const [from, to] = (values[0] ?? "").split("..")
    return withValue(withValue(search, "from", from), "to", to)
  }
  return withValue(search, facet, values.join(","))
}

/** The address with one more value, or without it when there is none. */
export function withValue(search: Search, name: string, value: string | null | undefined): Search {
  const next = { ...search }
  if (value) next[name] = value
  else delete next[name]
  return next
}

export function withTab(search: Search, tab: Tab): Search {
  return withValue(search, "tab", tab === "all" ? null : tab)
}

/** Everything that narrows the list taken off: facets, and the search. */
export function withoutFacets(search: Search): Search {
  const next = { ...search }
  for (const name of [...LISTS, "cost", "from", "to", "q", "view"]) delete next[name]
  return next
}

export function activeFacets(filter: ListFilter): Facet[] {
  return FACETS.filter((facet) => facetValues(filter, facet).length > 0)
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

/**
 * Start of the chosen time, as the API takes it. Relative spans begin at a full hour or day, so
 * that every page of one list asks for the same span.
 */
export function fromInstant(from: string | null, now: number): string | null {
  if (!from) return null
  const span = /^(\d+)([hd])$/.exec(from)
  if (!span) return dayStart(from, 0)
  const hours = Number(span[1]) * (span[2] === "d" ? 24 : 1)
  const start = new Date(now - hours * HOUR)
  if (span[2] === "d") start.setHours(0, 0, 0, 0)
  else start.setMinutes(0, 0, 0)
  return start.toISOString()
}

/** The end of a day that belongs to the span: the instant at which the next one begins. */
export function toInstant(to: string | null): string | null {
  return to ? dayStart(to, 1) : null
}

function dayStart(day: string, later: number): string | null {
  const date = new Date(`${day}T00:00:00`)
  if (Number.isNaN(date.getTime())) return null
  date.setDate(date.getDate() + later)
  return date.toISOString()
}

/** The day in the viewer's zone in which an instant lies, as the address holds it. */
export function dayOf(instant: string, later = 0): string | null {
  const date = new Date(Date.parse(instant) + later * DAY)
  if (Number.isNaN(date.getTime())) return null
  const two = (value: number) => String(value).padStart(2, "0")
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

export type Query = [name: string, value: string][]

/** Tabs that stand for kinds. */
export const TAB_KINDS: Partial<Record<Tab, string[]>> = {
  chats: ["chat"],
  flows: ["flow_run", "automation_run"],
  tasks: ["background_task"],
  automations: ["automation_run"],
}

const TAB_FLAGS: Partial<Record<Tab, string>> = {
  "needs-you": "attention",
  active: "active",
  archived: "archived",
}

function kindsOf(filter: ListFilter): string[] {
  return TAB_KINDS[filter.tab] ?? filter.lists.kind
}

/** Whether archived sessions stand among the others; tabs of their own mind decide it. */
export function showsArchived(filter: ListFilter): boolean {
  return filter.withArchived && filter.tab !== "archived"
}

/** The facets as the API takes them, without the tab. */
function facetQuery(filter: ListFilter, kinds: string[], now: number): Query {
  const query: Query = []
  for (const facet of LISTS) {
    const name = `${LIST_FACETS[facet]}[]`
    for (const value of facet === "kind" ? kinds : filter.lists[facet]) {
      for (const word of facet === "status" ? statesOf(value) : [value]) query.push([name, word])
    }
  }
  if (filter.cost) query.push(["cost_min", filter.cost])
  const from = fromInstant(filter.from, now)
  if (from) query.push(["updated_at[gte]", from])
  const to = toInstant(filter.to)
  if (to) query.push(["updated_at[lt]", to])
  return query
}

/** The query string of `GET /v1/sessions` for this filter, without its order. */
export function listQuery(filter: ListFilter, now: number): Query {
  const flag = TAB_FLAGS[filter.tab]
  const query: Query = flag ? [[flag, "true"]] : []
  if (showsArchived(filter)) query.push(["include_archived", "true"])
  return [...query, ...facetQuery(filter, kindsOf(filter), now)]
}

/** The query string of `GET /v1/sessions/facets`: the tab is told apart, so that all are counted. */
export function countsQuery(filter: ListFilter, now: number): Query {
  const query = facetQuery(filter, filter.lists.kind, now)
  if (!showsArchived(filter)) return [["tab", filter.tab], ...query]
  return [["include_archived", "true"], ...query]
}

const anyOf = (wanted: string[], value: string | null | undefined) =>
  wanted.length === 0 || (typeof value === "string" && wanted.includes(value))

function matchesTab(session: Session, filter: ListFilter): boolean {
  const { tab } = filter
  if (tab === "archived") return session.archived_at !== null
  if (session.archived_at !== null && !showsArchived(filter)) return false
  if (tab === "needs-you") return session.attention !== null
  if (tab === "active") return session.active
  return true
}

/** What a session has, as far as its row tells. */
export function hasOf(session: Session): string[] {
  return [
    ...(session.error_count > 0 || session.error ? ["error"] : []),
    ...(session.approval_id ? ["approval"] : []),
    ...(hasEditor(session.tools ?? []) ? ["edits"] : []),
  ]
}

/** What a row says under a facet; a session may say several connectors. */
function saidBy(session: Session, facet: ListFacet): (string | null | undefined)[] {
  if (facet === "agent") return [session.agent.id]
  if (facet === "owner") return [session.owner?.id]
  if (facet === "tool") return session.connectors ?? []
  if (facet === "status") return [session.state]
  if (facet === "tag") return session.tags ?? []
  if (facet === "repo") return [session.where?.repo]
  if (facet === "has") return hasOf(session)
  return [session[LIST_FACETS[facet]]]
}

/** The server's filter once more, for rows that arrive by the stream. */
export function matchesFilter(session: Session, filter: ListFilter, now: number): boolean {
  if (session.parent_id || !matchesTab(session, filter)) return false
  const updated = Date.parse(session.updated_at)
  const from = fromInstant(filter.from, now)
  const to = toInstant(filter.to)
  if ((from && updated < Date.parse(from)) || (to && updated >= Date.parse(to))) return false
  const least = filter.cost ? Number(filter.cost) * 1_000_000 : null
  const cost = totalCostMicros(session)
  if (least !== null && (cost === null || cost < least)) return false
  return LISTS.every((facet) => {
    const chosen = facet === "kind" ? kindsOf(filter) : filter.lists[facet]
    const wanted = facet === "status" ? chosen.flatMap(statesOf) : chosen
    return wanted.length === 0 || saidBy(session, facet).some((value) => anyOf(wanted, value))
  })
}
