import { type Event, textOf } from "./event"
import type { CallEntry, Entry, EventEntry } from "./fold-transcript"
import { plainLine } from "./inline-text"
import { callName, hasFailed } from "./tool-call"
import { transcriptWords } from "./words/transcript"

/** The rail beside the transcript: turns, and in them what went wrong, changed or was cut. */

export interface OutlineItem {
  key: string
  /** Index of the entry to scroll to. */
  at: number
  kind: "turn" | "failed" | "edit" | "compacted" | "interrupted" | "reset" | "error"
  label: string
  /** How it went wrong; never cut, however long the label is. */
  note: string | null
  time: string
}

export function outline(entries: readonly Entry[]): OutlineItem[] {
  const items: OutlineItem[] = []
  const names = fileNames(entries)
  let edited = new Set<string>()
  entries.forEach((entry, at) => {
    if (entry.shape === "turn") {
      edited = new Set()
      items.push(turnItem(entries, at))
    } else if (entry.shape === "call") {
      items.push(...callItems(entry, at, edited, names))
    } else if (entry.shape === "event") {
      items.push(...markerItems(entry, at, names))
    }
  })
  return items
}

function turnItem(entries: readonly Entry[], at: number): OutlineItem {
  const entry = entries[at] as Extract<Entry, { shape: "turn" }>
  const next = entries[at + 1]
  const prompt = next?.shape === "event" && next.event.type === "user.message" ? next.event : null
  const text = prompt ? plainLine(textOf(prompt)).slice(0, 80) : ""
  const number = entry.number === null ? "" : `${entry.number} `
  return {
    key: entry.key,
    at,
    kind: "turn",
    label: text ? `${number}${text}` : transcriptWords.turn(entry.number),
    note: null,
    time: entry.turn.startedAt,
  }
}

function callItems(
  entry: CallEntry,
  at: number,
  edited: Set<string>,
  names: Map<string, string>,
): OutlineItem[] {
  const { call, key } = entry
  const time = call.use.created_at
  if (hasFailed(call)) {
    const how = call.exit
      ? transcriptWords.tool.exit(call.exit)
      : transcriptWords.tool[call.status as "failed"]
    return [{ key, at, kind: "failed", label: callName(call), note: how, time }]
  }
  return call.edits.flatMap((edit) => editItem(edit, at, edited, names))
}

function editItem(
  edit: Event,
  at: number,
  edited: Set<string>,
  names: Map<string, string>,
): OutlineItem[] {
  const path = pathOf(edit)
  if (!path || edited.has(path)) return []
  edited.add(path)
  const label = names.get(path) ?? path
  return [{ key: edit.id, at, kind: "edit", label, note: null, time: edit.created_at }]
}

const pathOf = (edit: Event) => (typeof edit.path === "string" ? edit.path : "")
const tail = (path: string, parts: number) => path.split(/[/\\]/).slice(-parts).join("/")

/** Short names of the edited files: those that share a name also show their folder. */
function fileNames(entries: readonly Entry[]): Map<string, string> {
  const paths = new Set<string>()
  for (const entry of entries) {
    if (entry.shape === "call") for (const edit of entry.call.edits) paths.add(pathOf(edit))
    else if (entry.shape === "event" && entry.event.type === "file.edited") {
      paths.add(pathOf(entry.event))
    }
  }
  const counts = new Map<string, number>()
  for (const path of paths) counts.set(tail(path, 1), (counts.get(tail(path, 1)) ?? 0) + 1)
  return new Map(
    [...paths].map((path) => [path, tail(path, (counts.get(tail(path, 1)) ?? 0) > 1 ? 2 : 1)]),
  )
}

const MARKERS: Record<string, { kind: OutlineItem["kind"]; label: string }> = {
  "agent.thread_context_compacted": { kind: "compacted", label: transcriptWords.marker.compacted },
  "user.interrupt": { kind: "interrupted", label: transcriptWords.interrupted },
  "session.reset": { kind: "reset", label: "Reset" },
  "session.error": { kind: "error", label: transcriptWords.sessionError },
}

function markerItems(entry: EventEntry, at: number, names: Map<string, string>): OutlineItem[] {
  if (entry.event.type === "file.edited") return editItem(entry.event, at, new Set(), names)
  const marker = MARKERS[entry.event.type]
  return marker ? [{ key: entry.key, at, ...marker, note: null, time: entry.event.created_at }] : []
}

/** The item a reader is at: the last one at or above an entry. */
export function currentItem(items: readonly OutlineItem[], at: number): string | null {
  let current: OutlineItem | null = null
  for (const item of items) {
    if (item.at > at) break
    if (item.kind === "turn" || item.kind === "compacted") current = item
  }
  return current?.key ?? null
}
