import { useQuery } from "@tanstack/react-query"
import { agents, me } from "../../api/queries/workspace"
import { rowStore } from "../../api/row-store"
import { formatCount } from "../../domain/format"
import { type Counted, type Counts, sumOf } from "../../domain/list-counts"
import {
  activeFacets,
  type Facet,
  facetValues,
  LIST_FACETS,
  type ListFilter,
  STATUS_STATES,
  statesOf,
  TAB_KINDS,
} from "../../domain/list-filter"
import { known } from "../../domain/reading"
import type { Session } from "../../domain/session"
import { statusLook } from "../../domain/state-tone"
import { listWords } from "../../domain/words/list"
import { sessionWords } from "../../domain/words/session"

export interface Option {
  value: string
  label: string
  /** How many sessions it would show; not given where the server does not count. */
  count?: string
}

export interface FacetOptions {
  of: (facet: Facet) => Option[]
  isCut: (facet: Facet) => boolean
}

const OFFERED: readonly Facet[] = [
  "kind",
  "status",
  "agent",
  "channel",
  "owner",
  "tool",
  "origin",
  "date",
]

/** Offered behind one button; a row of chips has an end. */
const FURTHER: readonly Facet[] = ["tag", "has", "cost", "repo", "initiative"]

/** Facets that stand in the row, the set ones among them. */
export function offeredFacets(filter: ListFilter): Facet[] {
  const offered = OFFERED.filter((facet) => facet !== "kind" || !TAB_KINDS[filter.tab])
  const others = activeFacets(filter).filter((facet) => !OFFERED.includes(facet))
  return [...offered, ...others]
}

export function furtherFacets(shown: readonly Facet[]): Facet[] {
  return FURTHER.filter((facet) => !shown.includes(facet))
}

/** Where the server counts no values, one may type a word of one's own. */
export const FREE: ReadonlySet<Facet> = new Set(["repo", "initiative", "plan"])
export const ONE_VALUE: ReadonlySet<Facet> = new Set(["cost", "date"])

const SEEN = 500
const seen = (of: (session: Session) => string | null | undefined) => () =>
  [...new Set(rowStore.newest(SEEN).flatMap((row) => of(row) ?? []))].sort()

/** Values that the server does not count: all there are, or those of the rows seen so far. */
const KNOWN: Partial<Record<Facet, () => string[]>> = {
  has: () => Object.keys(listWords.facet.having),
  cost: () => Object.keys(listWords.facet.costs),
  repo: seen((row) => row.where?.repo),
  initiative: seen((row) => row.initiative_id),
}

const statusLabel = (value: string) =>
  value === "waiting" ? listWords.facet.waiting : statusLook(value).label

const FIXED: Partial<Record<Facet, (value: string) => string>> = {
  kind: (value) => known<string>(sessionWords.kind, value) ?? value,
  status: statusLabel,
  channel: (value) => known<string>(sessionWords.channel, value) ?? value,
  origin: (value) => known<string>(sessionWords.origin, value) ?? value,
  mode: (value) => known<string>(listWords.facet.modes, value) ?? value,
  has: (value) => known<string>(listWords.facet.having, value) ?? value,
  cost: (value) => known<string>(listWords.facet.costs, value) ?? listWords.facet.atLeast(value),
  tone: (value) => known<string>(listWords.facet.tones, value) ?? value,
}

const countText = ({ count, more }: Pick<Counted, "count" | "more">) =>
  more ? listWords.list.atLeast(count) : formatCount(count)

/** Stored states gathered under the words that people see. */
function byStatus(counted: Counted[]): Counted[] {
  const names = Object.keys(STATUS_STATES)
  return names.flatMap((value) => {
    const states = statesOf(value)
    const found = counted.filter((one) => states.includes(one.value))
    return found.length > 0 ? [{ value, ...sumOf(found) }] : []
  })
}

/** What one may choose from: what is there, with its count, and what is chosen already. */
export function useFacetOptions(counts: Counts | undefined, filter: ListFilter): FacetOptions {
  const mine = useQuery(me).data?.user?.id
  // A chosen agent that nothing is found of has no count, but a name.
  const named = useQuery({ ...agents, enabled: filter.lists.agent.length > 0 }).data
  const of = (facet: Facet): Option[] => {
    if (facet === "date") return []
    const raw = facet === "cost" ? [] : (counts?.facets[LIST_FACETS[facet]] ?? [])
    const counted = facet === "status" ? byStatus(raw) : raw
    const options = counted.map((one) => ({
      value: one.value,
      label: labelOf(facet, one, mine),
      count: countText(one),
    }))
    const found = new Set(options.map(({ value }) => value))
    const others = [...(KNOWN[facet]?.() ?? []), ...facetValues(filter, facet)]
    const unseen = [...new Set(others)].filter((value) => !found.has(value))
    const rest = unseen.map((value) => {
      const name = facet === "agent" ? named?.find(({ id }) => id === value)?.name : undefined
      return { value, label: labelOf(facet, name ? { value, name } : { value }, mine) }
    })
    return meFirst([...options, ...rest], facet === "owner" ? mine : undefined)
  }
  const isCut = (facet: Facet) =>
    facet !== "date" && facet !== "cost" && (counts?.more_values ?? []).includes(LIST_FACETS[facet])
  return { of, isCut }
}

function labelOf(facet: Facet, one: Pick<Counted, "value" | "name">, mine?: string): string {
  const fixed = FIXED[facet]
  if (fixed) return fixed(one.value)
  const name = one.name ?? one.value
  return facet === "owner" && one.value === mine ? listWords.facet.you(name) : name
}

function meFirst(options: Option[], mine: string | undefined): Option[] {
  const own = options.filter(({ value }) => value === mine)
  return [...own, ...options.filter(({ value }) => value !== mine)]
}

export function toggled(values: string[], value: string): string[] {
  return values.includes(value) ? values.filter((other) => other !== value) : [...values, value]
}

export function optionLabel(options: FacetOptions, facet: Facet, value: string): string {
  if (facet === "date") return dateLabel(value)
  return options.of(facet).find((option) => option.value === value)?.label ?? value
}

function dateLabel(value: string): string {
  const [from, to] = value.split("..")
  if (from && to) return listWords.facet.between(from, to)
  if (to) return listWords.facet.until(to)
  return known<string>(listWords.facet.dates, value) ?? listWords.facet.since(value)
}
