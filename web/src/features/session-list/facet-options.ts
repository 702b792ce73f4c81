import { useQuery } from "@tanstack/react-query"
import { agents } from "../../api/queries/workspace"
import { rowStore } from "../../api/row-store"
import { type Facet, type ListFilter, STATUS_STATES } from "../../domain/list-filter"
import { statusLook } from "../../domain/state-tone"
import { words } from "../../domain/words"

export interface Option {
  value: string
  label: string
}

/** One choice at a time: the API takes one agent, one owner, one start. */
export const SINGLE: ReadonlySet<Facet> = new Set(["agent", "owner", "from"])

/** Facets that are offered; others show only while the address holds them. */
export function offeredFacets(filter: ListFilter): Facet[] {
  const all: Facet[] = ["kind", "status", "agent", "channel", "origin", "tool", "from"]
  const tabSetsKind = filter.tab === "chats" || filter.tab === "tasks"
  return all.filter((facet) => facet !== "kind" || !tabSetsKind)
}

const entries = (record: Record<string, string>): Option[] =>
  Object.entries(record).map(([value, label]) => ({ value, label }))

const WAITING = "Waiting"
const STATUSES = Object.keys(STATUS_STATES).map((value) => ({
  value,
  label: value === "waiting" ? WAITING : statusLook(value).label,
}))

const FIXED: Partial<Record<Facet, Option[]>> = {
  kind: entries(words.kind),
  status: STATUSES,
  channel: entries(words.channel),
  origin: entries(words.origin),
  from: entries(words.facet.dates),
}

/** What one may choose from. Connectors are those of the rows seen so far. */
export function useFacetOptions(): (facet: Facet) => Option[] {
  const { data } = useQuery(agents)
  return (facet) => {
    const fixed = FIXED[facet]
    if (fixed) return fixed
    if (facet === "agent") return (data ?? []).map(({ id, name }) => ({ value: id, label: name }))
    if (facet === "tool") return rowStore.connectors().map((name) => ({ value: name, label: name }))
    return []
  }
}

export function optionLabel(options: Option[], facet: Facet, value: string): string {
  const known = options.find((option) => option.value === value)?.label
  if (known) return known
  return facet === "from" ? words.facet.since(value) : value
}
