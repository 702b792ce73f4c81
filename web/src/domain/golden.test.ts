import { readdirSync, readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import type { Event } from "./event"
import { type Entry, foldTranscript } from "./fold-transcript"
import type { Call } from "./tool-call"

/** The stories that the server's fold is tested with: the two folds cannot drift apart. */

const STORIES = new URL("../../../tests/golden/", import.meta.url)
const read = (name: string) => readFileSync(new URL(name, STORIES), "utf8")
const names = readdirSync(STORIES)
  .filter((name) => name.endsWith(".transcript.json"))
  .map((name) => name.replace(".transcript.json", ""))

interface Item {
  item: string
  id: string
  type?: string
  status?: string
  event_ids?: string[]
  edits?: unknown[]
  child?: { session_child_id?: string } | null
}

function story(name: string) {
  const lines = read(`${name}.events.jsonl`).split("\n").filter(Boolean)
  const events = lines.map((line) => JSON.parse(line) as Event).filter((event) => event.seq > 0)
  const items = JSON.parse(read(`${name}.transcript.json`)) as Item[]
  const { entries, at } = foldTranscript(events, { complete: true, live: false, anchor: null })
  return { items, entries, at }
}

function callsOf(entries: Entry[]): Map<string, Call> {
  const calls = entries.flatMap((entry) => {
    if (entry.shape === "call") return [entry.call]
    return entry.shape === "run" ? entry.calls : []
  })
  return new Map(calls.map((call) => [call.use.id, call]))
}

/** A call without result is open to the server; here it is known whether it still runs. */
const STATUS: Record<string, string> = { open: "none" }

test("there are stories to compare", () => {
  expect(names.length).toBeGreaterThan(0)
})

describe.each(names)("%s", (name) => {
  const { items, entries, at } = story(name)
  const of = (kind: string) => items.filter((item) => item.item === kind)

  test("has the same turns in the same order", () => {
    const turns = entries.flatMap((entry) => (entry.shape === "turn" ? [entry.turn.turnId] : []))
    expect(turns).toEqual(of("turn").map((turn) => turn.id))
  })

  test("shows every block of every message, in order", () => {
    const shown = of("message").flatMap((message) => message.event_ids ?? [message.id])
    const places = shown.map((id) => at.get(id))
    expect(places).not.toContain(undefined)
  })

  test("tells the same of every call: how it ended, what it changed, whom it started", () => {
    const calls = callsOf(entries)
    for (const tool of of("tool")) {
      const call = calls.get(tool.id)
      expect(call?.status, tool.id).toBe(STATUS[tool.status ?? ""] ?? tool.status)
      expect(call?.edits).toHaveLength(tool.edits?.length ?? 0)
      expect(call?.childId ?? null).toBe(tool.child?.session_child_id ?? null)
    }
    expect(calls.size).toBe(of("tool").length)
  })

  test("shows every marker, and every event without a look of its own", () => {
    const quiet = new Set(["session.updated"])
    for (const item of items) {
      if (["turn", "message", "tool"].includes(item.item) || quiet.has(item.type ?? "")) continue
      expect(at.has(item.id), `${item.item} ${item.type ?? ""}`).toBe(true)
    }
  })
})
