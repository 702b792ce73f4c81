import type { CenterSection } from "../../api/queries/command-center"
import type { Session } from "../../domain/session"

/** What the panel shows: what needs a person, what is at work, what ended in the last day. */
export type Sections = Record<CenterSection, string[]>

export const DAY_MS = 24 * 3_600_000

const updated = (row: Session) => Date.parse(row.updated_at)
const since = (row: Session) => Date.parse(row.attention?.since ?? row.updated_at)

/** Sub-agents stand with their parent, archived sessions nowhere. */
function sectionOf(row: Session, now: number): CenterSection | null {
  if (row.parent_id || row.archived_at !== null) return null
  if (row.attention) return "attention"
  if (row.active) return "active"
  return updated(row) >= now - DAY_MS ? "recent" : null
}

/** Needs you oldest first, the others newest first (S2-20, S2-21). */
export function centerSections(
  rows: readonly Session[],
  { now, owner }: { now: number; owner: string | null },
): Sections {
  const groups: Record<CenterSection, Session[]> = { attention: [], active: [], recent: [] }
  for (const row of rows) {
    if (owner !== null && row.owner?.id !== owner) continue
    const section = sectionOf(row, now)
    if (section) groups[section].push(row)
  }
  groups.attention.sort((a, b) => since(a) - since(b) || (a.id < b.id ? -1 : 1))
  for (const name of ["active", "recent"] as const) {
    groups[name].sort((a, b) => updated(b) - updated(a) || (a.id < b.id ? 1 : -1))
  }
  const ids = (section: CenterSection) => groups[section].map((row) => row.id)
  return { attention: ids("attention"), active: ids("active"), recent: ids("recent") }
}
