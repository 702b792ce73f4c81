import { filterBody, type Target } from "../../api/queries/bulk"
import { rowStore } from "../../api/row-store"
import { isArchived, totalCostMicros } from "../../domain/session"
import { hiddenIds, type ListScope, type Selection } from "./selection"

/** What an act is about to be done to, and how much of it one can see. */
export interface Chosen {
  target: Target
  count: number
  /** Chosen rows that the list does not show now. */
  hidden: number
  byFilter: boolean
  /** Null for a filter: its sessions are not all here. */
  ids: string[] | null
}

export function chosenOf(selection: Selection, scope: ListScope | null): Chosen | null {
  const { ids, matching } = selection
  if (matching) {
    const { query, total } = matching
    const target = { filter: filterBody(query), expected_total: total }
    return { target, count: total, hidden: 0, byFilter: true, ids: null }
  }
  if (ids.size === 0) return null
  return ofIds([...ids], hiddenIds(selection, scope).length)
}

export function ofIds(ids: string[], hidden = 0): Chosen {
  const target = { session_ids: ids, expected_total: ids.length }
  return { target, count: ids.length, hidden, byFilter: false, ids }
}

/** What is archived is taken out again, or deleted; nothing else is done to it. */
export function isAllArchived({ ids }: Chosen, { matching }: Selection): boolean {
  if (ids === null) return matching?.tab === "archived"
  return ids.every((id) => {
    const row = rowStore.get(id)
    return row !== undefined && isArchived(row)
  })
}

/** Sums over the chosen rows; null unless every one of them is here. */
export function sumsOf(ids: readonly string[] | null) {
  const rows = (ids ?? []).map((id) => rowStore.get(id))
  if (ids === null || rows.some((row) => row === undefined)) return null
  let messages = 0
  let events = 0
  let cost: number | null = null
  for (const row of rows) {
    if (!row) continue
    messages += row.message_count
    events += row.seq
    const own = totalCostMicros(row)
    if (own !== null) cost = (cost ?? 0) + own
  }
  return { messages, events, cost }
}
