import { hasOf } from "./list-filter"
import { type Session, totalCostMicros } from "./session"

/** Counts of the list: what one value would show, and when they may have changed. */

export interface Counted {
  value: string
  count: number
  /** True when there are more than were counted. */
  more: boolean
  name?: string | null
}

export interface Counts {
  tabs: Counted[]
  facets: Record<string, Counted[]>
  /** Facets with more values than are listed. */
  more_values: string[]
}

/** What a row adds to the counts: two rows that say the same are counted the same. */
export function countedAs(session: Session): string {
  return [
    session.kind,
    session.state,
    session.tone,
    session.attention !== null,
    session.active,
    session.archived_at !== null,
    session.agent.id,
    session.owner?.id,
    session.channel,
    session.origin,
    session.mode,
    session.parent_id,
    session.initiative_id,
    session.plan_id,
    session.where?.repo,
    ...hasOf(session),
    // As finely as the offered costs are told apart.
    Math.floor((totalCostMicros(session) ?? -1) / 1_000_000),
    ...(session.connectors ?? []),
    ...(session.tags ?? []),
  ].join("\n")
}

export interface CountWatch {
  /** True when the rows say something else than before. */
  changed: (rows: Iterable<Session>) => boolean
}

/** Remembers how rows were counted; a row that did not change since is not looked at again. */
export function createCountWatch(): CountWatch {
  const seen = new Map<string, { row: Session; as: string }>()
  return {
    changed: (rows) => {
      let changed = false
      for (const row of rows) {
        const before = seen.get(row.id)
        if (before?.row === row) continue
        const as = countedAs(row)
        changed ||= before?.as !== as
        seen.set(row.id, { row, as })
      }
      return changed
    },
  }
}

/** How many sessions a tab holds. */
export function tabCount(counts: Counts | undefined, tab: string): Counted | undefined {
  return counts?.tabs.find((counted) => counted.value === tab)
}

export function sumOf(counted: readonly Counted[]): Pick<Counted, "count" | "more"> {
  return {
    count: counted.reduce((sum, one) => sum + one.count, 0),
    more: counted.some((one) => one.more),
  }
}
