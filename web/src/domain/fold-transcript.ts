import {
  callIdOf,
  contentOf,
  type Event,
  isToolResult,
  isToolUse,
  millisBetween,
  stopReason,
  textOf,
} from "./event"
import { isSaidAhead, type OpenCall, openCalls, turnInFlight } from "./open-calls"
import { type Call, type CallParts, callOf, standsAlone } from "./tool-call"
import { numberTurns, type TurnAnchor, type TurnStats, turnStats } from "./turn-stats"

/** The log as a person reads it: a pure fold of events, newest last. */

export interface TurnEntry {
  shape: "turn"
  key: string
  turn: TurnStats
  number: number | null
}

export interface CallEntry {
  shape: "call"
  key: string
  call: Call
}

export interface EventEntry {
  shape: "event"
  key: string
  event: Event
  /** How long it took, where the log shows it: the time since the event before. */
  ms: number | null
}

/** Successful calls in a row, with the thoughts between them. */
export interface RunEntry {
  shape: "run"
  key: string
  items: (CallEntry | EventEntry)[]
  calls: Call[]
  ms: number
}

export type Entry = TurnEntry | CallEntry | EventEntry | RunEntry

export interface Transcript {
  entries: Entry[]
  /** Index of the entry that shows an event; results and edits point at their call. */
  at: Map<string, number>
}

export interface FoldOptions {
  /** The session's first event is among the events. */
  complete: boolean
  /** The session is at work or waits for a person: a call without result may still get one. */
  live: boolean
  anchor: TurnAnchor | null
  /** Turns are counted from the first event; else from the anchor. As `complete` unless given. */
  fromFirst?: boolean
  /** Only entries that this keeps; turn lines stay while something stands below them. */
  keep?: (entry: Entry) => boolean
}

/** Facts that the header, the turn line or another card already shows. */
const SILENT =
  /^(span\.|context\.|session\.(created|usage|status_|thread_status_|thread_created)|user\.tool_confirmation$)/

/** What these say is all they are: without content there is nothing to show. */
const SPOKEN = /^agent\.(thinking|message)$/

const LONGEST_THOUGHT_MS = 600_000

export function foldTranscript(events: readonly Event[], options: FoldOptions): Transcript {
  const turns = turnStats(events)
  const numbers = numberTurns(turns.values(), options.fromFirst ?? options.complete, options.anchor)
  const calls = partsOfCalls(events)
  const open = options.live ? openCalls(events) : new Map<string, OpenCall>()
  const models = firstModels(events)
  const flat: Entry[] = []
  let model: string | null = null
  const opened = new Set<string>()
  const work = lastWork(events)
  let before: Event | null = null
  let running: string | null = null
  for (const event of events) {
    const turn = event.turn_id ? turns.get(event.turn_id) : undefined
    running = turnInFlight(event, running)
    // What is said to a later turn while one is in flight stands in that one, without a line.
    const ahead = isSaidAhead(event, running) && stillRuns(event, running, work)
    if (turn && !opened.has(turn.turnId) && !ahead) {
      // A turn that began before the loaded events has no sums yet.
      const cut = opened.size === 0 && !options.complete
      opened.add(turn.turnId)
      const next = models.get(turn.turnId) ?? null
      if (model && next && next !== model) flat.push(modelSwitch(event, model, next))
      model = next ?? model
      if (!cut) flat.push(turnEntry(turn, numbers))
    }
    const entry = entryOf(event, before, calls, options, open.get(event.id) ?? "none")
    if (entry) flat.push(entry)
    before = event
  }
  const kept = options.keep ? flat.filter(options.keep) : flat
  const entries = foldRuns(kept.filter(isWorthATurn))
  return { entries, at: indexOf(entries) }
}

/** The last seq of every turn at which something was done in it. */
function lastWork(events: readonly Event[]): Map<string, number> {
  const work = new Map<string, number>()
  for (const event of events) {
    if (event.turn_id && event.type !== "user.message") work.set(event.turn_id, event.seq)
  }
  return work
}

/** Sources that do not tell the end of a turn show it: the next one goes on and this one not. */
function stillRuns(event: Event, running: string | null, work: Map<string, number>): boolean {
  return (work.get(running ?? "") ?? 0) > event.seq || !work.has(event.turn_id ?? "")
}

/** The model that each turn began with; side requests later in it are no change. */
function firstModels(events: readonly Event[]): Map<string, string> {
  const models = new Map<string, string>()
  for (const event of events) {
    const { turn_id: turn, model } = event
    if (event.type !== "span.model_request_end" || !turn || models.has(turn)) continue
    if (typeof model === "string" && model) models.set(turn, model)
  }
  return models
}

/** No event says it: the requests of two turns do. */
function modelSwitch(event: Event, from: string, to: string): EventEntry {
  const told: Event = { ...event, type: "model.changed", from, to }
  return { shape: "event", key: `model:${event.id}`, event: told, ms: null }
}

/** A turn line needs something below it. */
function isWorthATurn(entry: Entry, index: number, all: Entry[]): boolean {
  if (entry.shape !== "turn") return true
  const next = all[index + 1]
  if (next === undefined || next.shape === "turn") return false
  // What the server did by itself, a reset for one, is no turn of anybody.
  const asked = next.shape === "event" && next.event.type === "user.message"
  return entry.turn.answered > 0 || asked
}

function turnEntry(turn: TurnStats, numbers: Map<string, number>): TurnEntry {
  return {
    shape: "turn",
    key: `turn:${turn.turnId}`,
    turn,
    number: numbers.get(turn.turnId) ?? null,
  }
}

/** Results, edits and sub-agents by the call they belong to, for every loaded call. */
function partsOfCalls(events: readonly Event[]): Map<string, CallParts> {
  const calls = new Map<string, CallParts>()
  for (const event of events) {
    if (isToolUse(event)) calls.set(event.id, { result: null, edits: [], childId: null })
  }
  for (const event of events) {
    const parts = calls.get(callIdOf(event) ?? "")
    if (!parts) continue
    if (isToolResult(event)) parts.result = event
    else if (event.type === "file.edited") parts.edits.push(event)
    else if (event.type === "session.thread_created")
      parts.childId = childOf(event) ?? parts.childId
  }
  return calls
}

function childOf(event: Event): string | null {
  return typeof event.session_child_id === "string" ? event.session_child_id : null
}

function entryOf(
  event: Event,
  before: Event | null,
  calls: Map<string, CallParts>,
  options: FoldOptions,
  unanswered: OpenCall | "none",
): Entry | null {
  if (SILENT.test(event.type) && !isNews(event)) return null
  const parts = calls.get(event.id)
  if (parts) return { shape: "call", key: event.id, call: callOf(event, parts, unanswered) }
  const call = isToolResult(event) || event.type === "file.edited" ? callIdOf(event) : null
  // A result whose call is not loaded yet waits for it; without any call it is shown as it is.
  if (call && (calls.has(call) || !options.complete)) return null
  if (SPOKEN.test(event.type) && isEmpty(event)) return null
  if (event.type === "session.updated" && !isRenameByPerson(event)) return null
  return { shape: "event", key: event.id, event, ms: timeSince(before, event) }
}

function isEmpty(event: Event): boolean {
  return textOf(event).trim() === "" && contentOf(event).every((block) => block.type === "text")
}

/** Stop reasons that a reader has to know; the ordinary end of a turn is none. */
function isNews(event: Event): boolean {
  if (event.type !== "session.status_idle") return false
  return /^(refusal|budget_reached|retries_exhausted|max_tokens|model_context_window_exceeded)$/.test(
    stopReason(event),
  )
}

function isRenameByPerson(event: Event): boolean {
  return event.actor?.type === "person" && typeof event.title === "string"
}

function timeSince(before: Event | null, event: Event): number | null {
  if (typeof event.duration_ms === "number") return event.duration_ms
  if (!before || before.turn_id !== event.turn_id) return null
  const ms = millisBetween(before.created_at, event.created_at)
  return ms >= 1000 && ms < LONGEST_THOUGHT_MS ? ms : null
}

/** Two or more successful calls in a row become one line; thoughts between them go along. */
function foldRuns(entries: Entry[]): Entry[] {
  const folded: Entry[] = []
  let run: (CallEntry | EventEntry)[] = []
  const flush = () => {
    folded.push(...closeRun(run))
    run = []
  }
  for (const entry of entries) {
    if (entry.shape === "call" && !standsAlone(entry.call)) run.push(entry)
    else if (entry.shape === "event" && isThought(entry) && run.length > 0) run.push(entry)
    else {
      flush()
      folded.push(entry)
    }
  }
  flush()
  return folded
}

const isThought = (entry: EventEntry) => entry.event.type === "agent.thinking"

function closeRun(run: (CallEntry | EventEntry)[]): Entry[] {
  let end = run.length
  while (end > 0 && run[end - 1]?.shape === "event") end--
  const items = run.slice(0, end)
  const calls = items.flatMap((item) => (item.shape === "call" ? [item.call] : []))
  if (calls.length < 2) return run
  const ms = calls.reduce((sum, call) => sum + (call.ms ?? 0), 0)
  return [{ shape: "run", key: `run:${items[0]?.key}`, items, calls, ms }, ...run.slice(end)]
}

function indexOf(entries: Entry[]): Map<string, number> {
  const at = new Map<string, number>()
  entries.forEach((entry, index) => {
    for (const id of idsOf(entry)) at.set(id, index)
  })
  return at
}

/** Ids of the events that an entry shows. */
export function idsOf(entry: Entry): string[] {
  if (entry.shape === "event") return entry.key === entry.event.id ? [entry.event.id] : []
  if (entry.shape === "run") return entry.items.flatMap(idsOf)
  if (entry.shape === "turn") return []
  const { use, result, edits } = entry.call
  return [use.id, ...(result ? [result.id] : []), ...edits.map((edit) => edit.id)]
}

/** The seq that an entry begins with. */
export function seqOf(entry: Entry): number | null {
  if (entry.shape === "event") return entry.event.seq
  if (entry.shape === "call") return entry.call.use.seq
  return entry.shape === "run" && entry.items[0] ? seqOf(entry.items[0]) : null
}

/** Index of the entry that shows a seq, or of the last one before it. */
export function indexAtSeq(entries: readonly Entry[], seq: number): number {
  return entries.findLastIndex((entry) => (seqOf(entry) ?? Number.POSITIVE_INFINITY) <= seq)
}
