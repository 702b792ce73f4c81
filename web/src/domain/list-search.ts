import {
  type Facet,
  facetValues,
  fromInstant,
  LISTS,
  type ListFilter,
  showsArchived,
  TAB_KINDS,
  toInstant,
} from "./list-filter"

/** The filter of the list in the grammar of the search, as far as that grammar reaches. */
export interface SearchAsked {
  q: string
  archived: boolean
  /** Facets that are set but that a search cannot take: the page says so. */
  ignored: Facet[]
}

const KINDS = ["chat", "flow_run", "background_task", "automation_run"]
const CONDITION: Partial<Record<Facet, string>> = {
  status: "status",
  agent: "agent",
  channel: "channel",
  owner: "owner",
  tag: "tag",
  repo: "repo",
}

/** `agent:"agent_1"`: quotes keep spaces and colons inside the value. */
const condition = (name: string, value: string, not = "") =>
  `${not}${name}:"${value.replaceAll('"', "")}"`

/** One of several kinds is the same as none of the others: conditions all have to hold. */
const kindsAsked = (kinds: string[]) =>
  kinds.length === 1
    ? [condition("kind", kinds[0] as string)]
    : KINDS.filter((kind) => !kinds.includes(kind)).map((kind) => condition("kind", kind, "-"))

/** "idle" is also what the protocol calls most rest: of the states only one looks like this. */
const statusAsked = (status: string) =>
  status === "idle"
    ? [condition("status", "neutral"), condition("status", "cancelled", "-"), NOT_ARCHIVED]
    : [condition("status", status)]
const NOT_ARCHIVED = condition("status", "archived", "-")

function tabAsked(filter: ListFilter): string[] {
  const kinds = TAB_KINDS[filter.tab]
  if (kinds) return kindsAsked(kinds)
  if (filter.tab === "needs-you") return [condition("status", "attention")]
  if (filter.tab === "active") return [condition("status", "active")]
  return filter.tab === "archived" ? [condition("status", "archived")] : []
}

function dateAsked(filter: ListFilter, now: number): string[] {
  const from = fromInstant(filter.from, now)
  const to = toInstant(filter.to)
  return [...(from ? [condition("after", from)] : []), ...(to ? [condition("before", to)] : [])]
}

/** Kinds under a tab that sets them are the tab's: the facet is not shown there. */
const isAsked = (filter: ListFilter, facet: Facet) =>
  facetValues(filter, facet).length > 0 && !(facet === "kind" && TAB_KINDS[filter.tab])

/** `owner:me` is whoever asks; the server knows ids and names. */
const asMine = (typed: string, mine: string | null) =>
  mine ? typed.trimStart().replace(/(^|\s)(-?owner:)me(?=\s|$)/g, `$1$2${mine}`) : typed.trimStart()

/**
 * What is typed, behind the conditions that tab and facets set: so its last word stays last, and
 * may be unfinished.
 */
export function searchAsked(
  typed: string,
  filter: ListFilter,
  { now, mine }: { now: number; mine: string | null },
): SearchAsked {
  const asked = tabAsked(filter)
  const ignored: Facet[] = []
  for (const facet of LISTS) {
    if (!isAsked(filter, facet)) continue
    const values = facetValues(filter, facet)
    const name = CONDITION[facet]
    if (facet === "kind") asked.push(...kindsAsked(values))
    else if (facet === "status" && values.length === 1)
      asked.push(...statusAsked(values[0] as string))
    else if (name && values.length === 1) asked.push(condition(name, values[0] as string))
    else ignored.push(facet)
  }
  if (filter.cost) asked.push(`cost:>=${filter.cost}`)
  asked.push(...dateAsked(filter, now))
  const archived = filter.tab === "archived" || showsArchived(filter)
  return { q: [...asked, asMine(typed, mine)].join(" "), archived, ignored }
}
