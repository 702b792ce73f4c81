import { diffWordsWithSpace, structuredPatch } from "diff"
import type { Event } from "./event"
import { fieldsIn, numberIn } from "./reading"

/** A file edit as rows of a unified diff. */

export interface DiffRow {
  kind: "add" | "del" | "same" | "hunk"
  old: number | null
  new: number | null
  text: string
  /** Parts of the line that differ from its counterpart. */
  marks?: { text: string; changed: boolean }[]
}

/** A stretch of a difference; its source may not say where it lies. */
export interface Hunk {
  old_start: number | null
  old_lines: number | null
  new_start: number | null
  new_lines: number | null
  lines: string[]
}

export interface FileDiff {
  path: string
  rows: DiffRow[]
  added: number
  removed: number
  created: boolean
}

/** The diff of a `file.edited` event, from its hunks or from before and after; null without both. */
export function fileDiff(event: Event): FileDiff | null {
  const hunks = hunksOf(event)
  if (!hunks) return null
  const rows = rowsOf(hunks)
  return {
    path: typeof event.path === "string" ? event.path : "",
    rows,
    added: rows.filter((row) => row.kind === "add").length,
    removed: rows.filter((row) => row.kind === "del").length,
    created: event.before === null || (event.before === "" && event.after !== ""),
  }
}

/** Hunks as rows, a row between each two; `head` says what stands in it. */
export function rowsOf(hunks: readonly Hunk[], head?: (hunk: Hunk) => string): DiffRow[] {
  const rows = hunks.flatMap((hunk, index) =>
    hunkRows(hunk, head ? head(hunk) : index > 0 ? "" : null),
  )
  markWords(rows)
  return rows
}

/** The hunks of a diff that stands in a text; other lines of it are left out. */
export function hunksIn(text: string): Hunk[] {
  const hunks: Hunk[] = []
  let open: Hunk | null = null
  for (const line of text.split("\n")) {
    const head = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line)
    if (head) {
      const [, oldStart, oldLines = "1", newStart, newLines = "1"] = head
      open = {
        old_start: Number(oldStart),
        old_lines: Number(oldLines),
        new_start: Number(newStart),
        new_lines: Number(newLines),
        lines: [],
      }
      hunks.push(open)
    } else if (/^(diff --git|index |--- |\+\+\+ )/.test(line)) open = null
    else if (open && /^[-+ \\]/.test(line)) open.lines.push(line)
  }
  return hunks
}

function hunksOf(event: Event): Hunk[] | null {
  const told = Array.isArray(event.hunks) ? event.hunks.filter(isHunk) : []
  if (told.length > 0) return told
  const before = typeof event.before === "string" ? event.before : null
  const after = typeof event.after === "string" ? event.after : null
  if (after === null && before === null) return null
  const patch = structuredPatch("", "", before ?? "", after ?? "", "", "", { context: 2 })
  return patch.hunks.map((hunk) => ({
    old_start: hunk.oldStart,
    old_lines: hunk.oldLines,
    new_start: hunk.newStart,
    new_lines: hunk.newLines,
    lines: hunk.lines,
  }))
}

function isHunk(value: unknown): value is Hunk {
  const { old_start, new_start, lines } = fieldsIn(value)
  const placed = numberIn(old_start) !== undefined && numberIn(new_start) !== undefined
  return placed && Array.isArray(lines) && lines.every((line) => typeof line === "string")
}

function hunkRows(hunk: Hunk, head: string | null): DiffRow[] {
  let old = hunk.old_start
  let fresh = hunk.new_start
  const rows: DiffRow[] = head === null ? [] : [{ kind: "hunk", old: null, new: null, text: head }]
  for (const line of hunk.lines) {
    const text = line.slice(1)
    const row = kindOf(line)
    if (row === null) continue
    rows.push({
      kind: row,
      old: row === "add" ? null : old,
      new: row === "del" ? null : fresh,
      text,
    })
    if (row !== "add") old = after(old)
    if (row !== "del") fresh = after(fresh)
  }
  return rows
}

function kindOf(line: string): "add" | "del" | "same" | null {
  if (line.startsWith("+")) return "add"
  if (line.startsWith("-")) return "del"
  return line.startsWith("\\") ? null : "same"
}

/** The number of the next line; unknown stays unknown. */
const after = (line: number | null) => (line === null ? null : line + 1)

const LONGEST_LINE = 500

/** Marks changed words where removed lines are followed by added ones, line by line. */
function markWords(rows: DiffRow[]): void {
  let at = 0
  while (at < rows.length) {
    const removed = runOf(rows, at, "del")
    const added = runOf(rows, at + removed, "add")
    for (let i = 0; i < Math.min(removed, added); i++) {
      markPair(rows[at + i] as DiffRow, rows[at + removed + i] as DiffRow)
    }
    at += Math.max(1, removed + added)
  }
}

function runOf(rows: DiffRow[], from: number, kind: DiffRow["kind"]): number {
  let end = from
  while (rows[end]?.kind === kind) end++
  return end - from
}

function markPair(del: DiffRow, add: DiffRow): void {
  if (del.text.length > LONGEST_LINE || add.text.length > LONGEST_LINE) return
  const changes = diffWordsWithSpace(del.text, add.text)
  const kept = changes.filter((change) => !change.added && !change.removed)
  const keptLength = kept.reduce((sum, change) => sum + change.value.trim().length, 0)
  // Two lines that share little are a replacement: marking everything would say nothing.
  if (keptLength * 3 < Math.min(del.text.trim().length, add.text.trim().length)) return
  del.marks = changes
    .filter((change) => !change.added)
    .map((change) => ({ text: change.value, changed: change.removed }))
  add.marks = changes
    .filter((change) => !change.removed)
    .map((change) => ({ text: change.value, changed: change.added }))
}
