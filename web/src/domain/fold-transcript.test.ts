import { describe, expect, test } from "vitest"
import type { Event } from "./event"
import { createLog } from "./event.samples"
import { type Entry, type FoldOptions, foldTranscript } from "./fold-transcript"

const whole: FoldOptions = { complete: true, live: false, anchor: null }
const fold = (events: readonly Event[], options: Partial<FoldOptions> = {}) =>
  foldTranscript(events, { ...whole, ...options }).entries

const shape = (entry: Entry) =>
  entry.shape === "event"
    ? entry.event.type
    : entry.shape === "call"
      ? `call ${entry.call.status}`
      : entry.shape
const shapes = (entries: Entry[]) => entries.map(shape)

describe("the transcript", () => {
  test("opens each turn with its line, then shows what was said", () => {
    const log = createLog()
    log.says("Why does it fail?")
    log.answers("The port is taken.")
    log.inTurn("turn_2")
    log.says("Fix it.")
    log.answers("Done.")
    const entries = fold(log.events)
    expect(shapes(entries)).toEqual([
      "turn",
      "user.message",
      "agent.message",
      "turn",
      "user.message",
      "agent.message",
    ])
    expect(entries.filter((entry) => entry.shape === "turn").map((entry) => entry.number)).toEqual([
      1, 2,
    ])
  })

  test("folds two successful calls in a row, and the thoughts between them, into one line", () => {
    const log = createLog()
    log.says("Look around.")
    for (const name of ["Read", "Grep", "Read"]) {
      const call = log.calls(name)
      log.returns(call, "ok", { duration_ms: 500 })
      log.thinks("and now the next one")
    }
    log.answers("Seen.")
    const entries = fold(log.events)
    expect(shapes(entries)).toEqual([
      "turn",
      "user.message",
      "run",
      "agent.thinking",
      "agent.message",
    ])
    const run = entries[2]
    expect(run?.shape === "run" && [run.calls.length, run.items.length, run.ms]).toEqual([
      3, 5, 1500,
    ])
  })

  test("leaves a single successful call as its own card", () => {
    const log = createLog()
    log.says("Look.")
    log.returns(log.calls("Read"), "ok")
    expect(shapes(fold(log.events))).toEqual(["turn", "user.message", "call ok"])
  })

  test("never folds a failure, an edit, an open call or a sub-agent", () => {
    const log = createLog()
    log.says("Go.")
    log.returns(log.calls("Bash"), "boom", { is_error: true })
    const edit = log.calls("Edit")
    log.returns(edit, "ok")
    log.add("file.edited", { tool_use_id: edit.id, path: "a.py", before: "1\n", after: "2\n" })
    const task = log.calls("Task")
    log.add("session.thread_created", { tool_use_id: task.id, session_child_id: "sesn_2" })
    log.returns(task, "found it")
    log.calls("Bash")
    const entries = fold(log.events)
    expect(shapes(entries)).toEqual([
      "turn",
      "user.message",
      "call failed",
      "call ok",
      "call ok",
      "call none",
    ])
    const calls = entries.flatMap((entry) => (entry.shape === "call" ? [entry.call] : []))
    expect(calls[1]?.edits).toHaveLength(1)
    expect(calls[2]?.childId).toBe("sesn_2")
  })

  test("shows an open call of the last turn as running only while the session runs", () => {
    const log = createLog()
    log.says("Wait for it.")
    log.calls("Bash")
    expect(shapes(fold(log.events, { live: true })).at(-1)).toBe("call running")
    log.inTurn("turn_2")
    log.says("Still there?")
    expect(shapes(fold(log.events, { live: true }))[2]).toBe("call none")
  })

  test("tells a refusal and an unknown outcome from a failure", () => {
    const log = createLog()
    log.says("Try.")
    log.returns(log.calls("Bash"), "no", { is_error: true, rejected: true })
    log.returns(log.calls("Bash"), "?", { outcome_unknown: true })
    expect(shapes(fold(log.events)).slice(2)).toEqual(["call rejected", "call unknown"])
  })

  test("keeps status, spans and empty thoughts out of sight, and news in it", () => {
    const log = createLog()
    log.add("session.created")
    log.says("Hello")
    log.add("session.status_running")
    log.add("agent.thinking")
    log.add("span.model_request_end", { model_usage: {} })
    log.answers("Hi")
    log.answers(" \n")
    log.add("session.status_idle", { stop_reason: { type: "end_turn" } })
    log.add("session.status_idle", { stop_reason: { type: "refusal" } })
    expect(shapes(fold(log.events))).toEqual([
      "turn",
      "user.message",
      "agent.message",
      "session.status_idle",
    ])
  })

  test("shows an event type it has never heard of", () => {
    const log = createLog()
    log.says("Hello")
    log.add("hansard.from_the_future", { answer: 42 })
    expect(shapes(fold(log.events)).at(-1)).toBe("hansard.from_the_future")
  })

  test("shows a new name only when a person gave it", () => {
    const log = createLog()
    log.says("Hello")
    log.add("session.updated", { title: "From the source", actor: { type: "source" } })
    log.add("session.updated", { title: "Mine", actor: { type: "person", name: "Ana" } })
    expect(shapes(fold(log.events))).toEqual(["turn", "user.message", "session.updated"])
  })

  test("lets a result wait for a call that is not loaded yet", () => {
    const log = createLog()
    log.says("Go.")
    const call = log.calls("Read")
    log.returns(call, "ok")
    log.answers("Done.")
    const tail = log.events.slice(2)
    expect(shapes(fold(tail, { complete: false }))).toEqual(["agent.message"])
    expect(shapes(fold(tail))).toEqual(["turn", "agent.tool_result", "agent.message"])
  })

  test("opens a turn once, though usage of the one before is told late", () => {
    const log = createLog()
    log.says("First.")
    log.answers("Yes.")
    log.inTurn("turn_2")
    log.says("Second.")
    log.inTurn("turn_1")
    log.add("span.model_request_end", { model_usage: { output_tokens: 9 } })
    log.inTurn("turn_2")
    log.answers("Yes again.")
    const turns = fold(log.events).filter((entry) => entry.shape === "turn")
    expect(turns.map(({ key, number }) => [key, number])).toEqual([
      ["turn:turn_1", 1],
      ["turn:turn_2", 2],
    ])
    expect(turns[0]?.turn.tokensOut).toBe(9)
  })

  test("keeps what is said meanwhile in the turn that is in flight", () => {
    const log = createLog()
    log.says("First.")
    log.add("session.status_running")
    log.answers("Working.")
    log.inTurn("turn_2")
    log.says("Second, when you are done.")
    log.inTurn("turn_1")
    log.answers("Done.")
    log.add("session.status_idle")
    log.inTurn("turn_2")
    log.answers("And now the second.")
    expect(shapes(fold(log.events))).toEqual([
      "turn",
      "user.message",
      "agent.message",
      "user.message",
      "agent.message",
      "turn",
      "agent.message",
    ])
  })

  test("draws no line for a turn whose beginning is not loaded", () => {
    const log = createLog()
    log.says("Go.")
    log.answers("Working.")
    log.inTurn("turn_2")
    log.says("More.")
    log.answers("Done.")
    expect(shapes(fold(log.events.slice(1), { complete: false }))).toEqual([
      "agent.message",
      "turn",
      "user.message",
      "agent.message",
    ])
  })

  test("finds the entry of every event it shows, results and folded calls included", () => {
    const log = createLog()
    log.says("Go.")
    const first = log.calls("Read")
    const answer = log.returns(first, "ok")
    const second = log.calls("Read")
    log.returns(second, "ok")
    const { at, entries } = foldTranscript(log.events, whole)
    const run = entries.findIndex((entry) => entry.shape === "run")
    expect([at.get(first.id), at.get(answer.id), at.get(second.id)]).toEqual([run, run, run])
  })

  test("gives the same entries whether events come at once or one by one", () => {
    const log = createLog()
    log.says("Go.")
    log.returns(log.calls("Read"), "ok")
    log.returns(log.calls("Grep"), "ok")
    log.answers("Done.")
    let grown: Entry[] = []
    for (let end = 1; end <= log.events.length; end++) grown = fold(log.events.slice(0, end))
    expect(grown).toEqual(fold(log.events))
  })

  test("says how long a thought took, by its own word or by the clock", () => {
    const log = createLog()
    log.says("Think.")
    log.thinks("by the clock", 12)
    log.add("agent.thinking", { content: [{ type: "text", text: "told" }], duration_ms: 4200 })
    const entries = fold(log.events)
    const thoughts = entries.flatMap((entry) => (entry.shape === "event" ? [entry.ms] : []))
    expect(thoughts.slice(1)).toEqual([12_000, 4200])
  })
})
