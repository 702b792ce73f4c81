/** Which columns the list shows, in which order, and which of them have room. */

export const COLUMN_IDS = [
  "status",
  "source",
  "type",
  "agent",
  "owner",
  "channel",
  "progress",
  "tools",
  "messages",
  "tokens_in",
  "tokens_out",
  "cache_read",
  "tool_calls",
  "cost",
  "turns",
  "errors",
  "initiative",
  "tags",
  "where",
  "started",
  "duration",
  "updated",
  "actions",
] as const
export type ColumnId = (typeof COLUMN_IDS)[number]

const DEFAULT: readonly ColumnId[] = [
  "status",
  "source",
  "type",
  "agent",
  "owner",
  "progress",
  "tools",
  "tokens_in",
  "tokens_out",
  "tool_calls",
  "cost",
  "updated",
]
const NOT_IN_COMPACT: ReadonlySet<ColumnId> = new Set(["type", "tools", "tool_calls"])

/** Compact rows have fewer columns, never smaller text. */
export function defaultColumns(compact: boolean): ColumnId[] {
  return DEFAULT.filter((id) => !(compact && NOT_IN_COMPACT.has(id)))
}

/** The columns that a list of words asks for; null when it asks for none that exist. */
export function parseColumns(text: string | null | undefined): ColumnId[] | null {
  const asked = (text ?? "").split(",")
  const found = [...new Set(asked)].filter((word): word is ColumnId =>
    COLUMN_IDS.includes(word as ColumnId),
  )
  if (found.length === 0) return null
  // Without its name nobody knows which session a row is.
  return found.includes("source") ? found : ["source", ...found]
}

export function writeColumns(columns: readonly ColumnId[]): string {
  return columns.join(",")
}

/** A hidden column comes back where it stands in the list of all. */
export function toggleColumn(columns: readonly ColumnId[], id: ColumnId): ColumnId[] {
  if (columns.includes(id)) return columns.filter((other) => other !== id || id === "source")
  const rank = COLUMN_IDS.indexOf(id)
  const before = columns.findIndex((other) => COLUMN_IDS.indexOf(other) > rank)
  const at = before < 0 ? columns.length : before
  return [...columns.slice(0, at), id, ...columns.slice(at)]
}

export function moveColumn(columns: readonly ColumnId[], id: ColumnId, by: -1 | 1): ColumnId[] {
  const from = columns.indexOf(id)
  const to = from + by
  if (from < 0 || to < 0 || to >= columns.length) return [...columns]
  const next = [...columns]
  next.splice(from, 1)
  next.splice(to, 0, id)
  return next
}

/** First to go when the table gets narrow; the others follow from the end of the row. */
const FIRST_TO_GO: readonly ColumnId[] = [
  "tools",
  "tool_calls",
  "owner",
  "type",
  "tokens_out",
  "progress",
  "agent",
  "tokens_in",
]
const LAST_TO_GO: readonly ColumnId[] = ["actions", "cost", "status", "updated"]

interface Room {
  /** Width of the table in px, its gutters left out. */
  width: number
  widthOf: (id: ColumnId) => number
}

/** The columns that have room, in their order. */
export function fitColumns(columns: readonly ColumnId[], { width, widthOf }: Room): ColumnId[] {
  const total = (ids: readonly ColumnId[]) => ids.reduce((sum, id) => sum + widthOf(id), 0)
  const others = columns.filter((id) => !LAST_TO_GO.includes(id) && !FIRST_TO_GO.includes(id))
  const leaving = [...others.filter((id) => id !== "source").reverse(), ...FIRST_TO_GO]
  leaving.push(...LAST_TO_GO)
  const shown = [...columns]
  for (const id of leaving) {
    if (total(shown) <= width) break
    const at = shown.indexOf(id)
    if (at >= 0) shown.splice(at, 1)
  }
  return shown
}
