import {
  dayOf,
  fromInstant,
  LIST_FACETS,
  type ListFacet,
  type ListFilter,
  listQuery,
  type Search,
  STATUS_STATES,
  TAB_KINDS,
  type Tab,
} from "./list-filter"

/** A saved view as the API keeps it, and the same as an address of the list. */

export interface SavedView {
  id: string
  name: string
  filters: Record<string, unknown>
  columns: string[]
  sort: string
  density: "comfortable" | "compact"
  shared: boolean
  built_in: boolean
  own: boolean
}

export const AUDIT_VIEW = "view_audit"
export const NEEDS_ME_VIEW = "view_needs_me"

/** Everything in an address that a view sets. */
const SET_BY_VIEW = [
  ...Object.keys(LIST_FACETS),
  ...["tab", "cost", "from", "to", "archived", "sort", "cols", "density", "q", "view"],
]

const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === "string")

/** States as the words of the status facet; a state without one stands for itself. */
function statusWords(states: string[]): string[] {
  const whole = Object.entries(STATUS_STATES).filter(([, of]) =>
    of.every((state) => states.includes(state)),
  )
  const covered = new Set(whole.flatMap(([, of]) => of))
  return [...whole.map(([word]) => word), ...states.filter((state) => !covered.has(state))]
}

function tabOf(filters: SavedView["filters"]): Tab {
  if (filters.attention === true) return "needs-you"
  if (filters.active === true) return "active"
  if (filters.archived === true) return "archived"
  const kinds = texts(filters.kind).sort().join()
  const tab = Object.entries(TAB_KINDS).find(([, of]) => [...of].sort().join() === kinds)?.[0]
  return (tab as Tab | undefined) ?? "all"
}

/** The address at which a view is seen. */
export function viewSearch(view: SavedView): Search {
  const { filters } = view
  const tab = tabOf(filters)
  const search: Search = { view: view.id }
  if (tab !== "all") search.tab = tab
  for (const [facet, name] of Object.entries(LIST_FACETS) as [ListFacet, string][]) {
    if (facet === "kind" && TAB_KINDS[tab]) continue
    const values = texts(filters[name])
    const words = facet === "status" ? statusWords(values) : values
    if (words.length > 0) search[facet] = words.join(",")
  }
  const [from] = [...texts(filters["updated_at[gte]"]), ...texts(filters.since)]
  const [to] = texts(filters["updated_at[lt]"])
  const first = from && dayOf(from)
  const last = to && dayOf(to, -1)
  if (first) search.from = first
  if (last) search.to = last
  const [cost] = texts(filters.cost_min)
  if (cost) search.cost = cost
  if (filters.include_archived === true) search.archived = "1"
  if (view.sort !== "active_first") search.sort = view.sort
  if (view.columns.length > 0) search.cols = view.columns.join(",")
  search.density = view.density
  return search
}

const KNOWN = new Set<string>([
  ...Object.values(LIST_FACETS),
  ...["attention", "active", "archived", "include_archived"],
  ...["cost_min", "since", "updated_at[gte]", "updated_at[lt]"],
])

/** Filters of a view that this page cannot show: it says so instead of leaving them out silently. */
export function unknownFilters(view: SavedView): string[] {
  return Object.entries(view.filters)
    .filter(([name, value]) => !KNOWN.has(name) && value !== null && value !== false)
    .map(([name]) => name)
}

/** The address without what a view sets, and with what this one does. */
export function atView(search: Search, view: SavedView): Search {
  const kept = Object.entries(search).filter(([name]) => !SET_BY_VIEW.includes(name))
  return { ...Object.fromEntries(kept), ...viewSearch(view) }
}

/** True when the address names a view and says nothing else that a view sets. */
export function isOnlyView(search: Search): boolean {
  return Boolean(search.view) && SET_BY_VIEW.every((name) => name === "view" || !search[name])
}

/** True when what is shown is no longer what the view keeps. */
export function differs(search: Search, view: SavedView): boolean {
  const kept = viewSearch(view)
  return SET_BY_VIEW.some((name) => (search[name] ?? "") !== (kept[name] ?? ""))
}

/** The filters of a list as the API keeps them: by the names of the list's parameters. */
export function filterBody(filter: ListFilter, now: number): Record<string, unknown> {
  const body: Record<string, unknown> = {}
  for (const [name, value] of listQuery(filter, now)) {
    if (!name.endsWith("[]")) body[name] = value === "true" ? true : value
    else body[name.slice(0, -2)] = [...texts(body[name.slice(0, -2)] ?? []), value]
  }
  return body
}

/** A span that moves with the day is kept as the day at which it begins now. */
export function fixedDate(filter: ListFilter, now: number): string | null {
  const moving = /^\d+[hd]$/.test(filter.from ?? "")
  return moving ? dayOf(fromInstant(filter.from, now) ?? "") : null
}
