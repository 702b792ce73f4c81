import { known } from "./reading"
import { inputTokens, type Session, totalCostMicros } from "./session"

/** A chosen order of the list: a column and a direction. Without one the list has its sections. */
export interface Sort {
  by: string
  descending: boolean
}

export function parseSort(value: string | undefined): Sort | null {
  if (!value || value === "active_first") return null
  return value.startsWith("-")
    ? { by: value.slice(1), descending: true }
    : { by: value, descending: false }
}

export function sortWord(sort: Sort | null): string {
  if (!sort) return "active_first"
  return `${sort.descending ? "-" : ""}${sort.by}`
}

/** What a click on a head asks for: first one direction, then the other, then the sections. */
export function nextSort(current: Sort | null, by: string, firstDown: boolean): Sort | null {
  if (current?.by !== by) return { by, descending: firstDown }
  return current.descending === firstDown ? { by, descending: !firstDown } : null
}

/** What an unknown number is kept as by the server: below all that are known. */
const UNKNOWN = -1
const LONGEST_WORD = 64

/** A text to sort by, as the server keeps it; without one it stands before all others. */
const word = (text: string | null) =>
  (text ?? "").replaceAll("\0", "").trim().toLowerCase().slice(0, LONGEST_WORD)

const VALUES: Record<string, (session: Session) => string | number> = {
  updated_at: (session) => Date.parse(session.updated_at),
  created_at: (session) => Date.parse(session.created_at),
  title: (session) => word(session.title),
  agent: (session) => word(session.agent.name),
  messages: (session) => session.message_count,
  tokens_in: (session) => inputTokens(session.tokens),
  tokens_out: (session) => session.tokens.output,
  cache_read: (session) => session.tokens.cache_read,
  tool_calls: (session) => session.tool_call_count,
  cost: (session) => totalCostMicros(session) ?? UNKNOWN,
  turns: (session) => session.turn_count,
  errors: (session) => session.error_count,
  duration: (session) => session.stats?.duration_seconds ?? UNKNOWN,
}

/** Compares two rows as the server does: what is unknown is less than all that is known. */
function comparing(sort: Sort): (a: Session, b: Session) => number {
  const valueIn = known(VALUES, sort.by) ?? (() => UNKNOWN)
  const sign = sort.descending ? -1 : 1
  return (a, b) => {
    const [left, right] = [valueIn(a), valueIn(b)]
    if (left === right) return a.id < b.id ? -sign : sign
    return left < right ? -sign : sign
  }
}

interface Chosen {
  /** In the order of the server's pages. */
  paged: Session[]
  /** Came or moved by the stream: their place has to be found. */
  moved: Session[]
  hasMore: boolean
}

/**
 * The rows of the pages as the server ordered them, and those that moved put where they belong
 * now. What belongs behind the last page comes with that page.
 */
export function placed(sort: Sort, { paged, moved, hasMore }: Chosen): Session[] {
  const compare = comparing(sort)
  const rows = [...paged]
  for (const row of moved) {
    let low = 0
    let high = rows.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (compare(rows[middle] as Session, row) <= 0) low = middle + 1
      else high = middle
    }
    if (low < rows.length || !hasMore) rows.splice(low, 0, row)
  }
  return rows
}
