import type { Tab } from "./list-filter"
import type { Session } from "./session"

/** Which rows stand where. Order is ids only: values change in place, order changes on demand. */

export type SectionId = "attention" | "active" | "recent" | "all"

export interface Section {
  id: SectionId
  ids: string[]
}

export type Order = Section[]

const byUpdated = (a: Session, b: Session) =>
  Date.parse(b.updated_at) - Date.parse(a.updated_at) || (a.id < b.id ? 1 : -1)

const byWaiting = (a: Session, b: Session) =>
  Date.parse(a.attention?.since ?? a.updated_at) - Date.parse(b.attention?.since ?? b.updated_at) ||
  (a.id < b.id ? -1 : 1)

const ids = (sessions: Session[]) => sessions.map((session) => session.id)

export function sectionOf(session: Session): SectionId {
  if (session.attention) return "attention"
  return session.active ? "active" : "recent"
}

/** Sections stand where quiet sessions and busy ones are mixed. */
export function hasSections(tab: Tab): boolean {
  return tab !== "needs-you" && tab !== "active" && tab !== "archived"
}

interface Layout {
  sections: boolean
  /** Of one list: who waits longest is on top, instead of what changed last. */
  byWaiting?: boolean
}

/** Needs you (longest waiting first), Active, Recent; or one list without sections.
 *  A section without rows is left out. */
export function orderSessions(sessions: Session[], { sections, byWaiting: waits }: Layout): Order {
  if (sessions.length === 0) return []
  if (!sections) {
    return [{ id: "all", ids: ids([...sessions].sort(waits ? byWaiting : byUpdated)) }]
  }
  const groups: Record<SectionId, Session[]> = { attention: [], active: [], recent: [], all: [] }
  for (const session of sessions) groups[sectionOf(session)].push(session)
  groups.attention.sort(byWaiting)
  groups.active.sort(byUpdated)
  groups.recent.sort(byUpdated)
  return (["attention", "active", "recent"] as const)
    .map((id) => ({ id, ids: ids(groups[id]) }))
    .filter((section) => section.ids.length > 0)
}

export function orderedIds(order: Order): string[] {
  return order.flatMap((section) => section.ids)
}

/** True when both put the same rows in the same places. */
export function sameOrder(a: Order, b: Order): boolean {
  return (
    a.length === b.length &&
    a.every((section, i) => {
      const other = b[i]
      return (
        other?.id === section.id &&
        other.ids.length === section.ids.length &&
        section.ids.every((id, j) => other.ids[j] === id)
      )
    })
  )
}

const SEQUENCE: SectionId[] = ["attention", "active", "recent", "all"]
const rankOf = (section: Section | undefined) => (section ? SEQUENCE.indexOf(section.id) : 0)

/**
 * A held order with rows of newly loaded pages put behind all that stands there: paging is not an
 * update, so it need not wait. What a page read again brings above standing rows would push them
 * from under the pointer: it waits. `paged` are the ids that came by a page.
 */
export function appendPaged(held: Order, wanted: Order, paged: ReadonlySet<string>): Order {
  const standing = new Set(orderedIds(held))
  const last = rankOf(held.at(-1))
  const merged = new Map(held.map((section) => [section.id, [...section.ids]]))
  let added = false
  for (const section of wanted.filter((section) => rankOf(section) >= last)) {
    const fresh = section.ids.filter((id) => !standing.has(id) && paged.has(id))
    if (fresh.length === 0) continue
    added = true
    merged.set(section.id, [...(merged.get(section.id) ?? []), ...fresh])
  }
  if (!added) return held
  return SEQUENCE.flatMap((id) => {
    const list = merged.get(id)
    return list && list.length > 0 ? [{ id, ids: list }] : []
  })
}

/** How many rows wait to change place, come or go. */
export function countMoves(held: Order, wanted: Order): number {
  if (sameOrder(held, wanted)) return 0
  const place = (order: Order) => {
    const places = new Map<string, SectionId>()
    for (const section of order) for (const id of section.ids) places.set(id, section.id)
    return places
  }
  const before = place(held)
  const after = place(wanted)
  const moved = new Set<string>()
  for (const [id, section] of after) if (before.get(id) !== section) moved.add(id)
  for (const id of before.keys()) if (!after.has(id)) moved.add(id)
  for (const id of overtakers(held, wanted)) moved.add(id)
  return moved.size
}

/** Rows that stay in their section but pass others: all outside a longest rising run. */
function overtakers(held: Order, wanted: Order): string[] {
  const passed: string[] = []
  for (const section of wanted) {
    const before = held.find((candidate) => candidate.id === section.id)
    if (!before) continue
    const rank = new Map(before.ids.map((id, index) => [id, index]))
    const common = section.ids.filter((id) => rank.has(id))
    const kept = longestRise(common.map((id) => rank.get(id) ?? 0))
    common.forEach((id, index) => {
      if (!kept.has(index)) passed.push(id)
    })
  }
  return passed
}

/** Indexes of one longest strictly rising subsequence. */
function longestRise(values: number[]): Set<number> {
  const tails: number[] = []
  const previous = new Array<number>(values.length).fill(-1)
  values.forEach((value, index) => {
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((values[tails[middle] as number] as number) < value) low = middle + 1
      else high = middle
    }
    previous[index] = low > 0 ? (tails[low - 1] as number) : -1
    tails[low] = index
  })
  const kept = new Set<number>()
  for (let at = tails.at(-1) ?? -1; at >= 0; at = previous[at] as number) kept.add(at)
  return kept
}
