import { describe, expect, test } from "vitest"
import type { Event } from "./event"
import { createLog } from "./event.samples"
import { foldTranscript } from "./fold-transcript"

/** How each call of a log ends, with its session at work or waiting (`live`). */
function statuses(events: readonly Event[], live = true): string[] {
  const { entries } = foldTranscript(events, { complete: true, live, anchor: null })
  return entries.flatMap((entry) => (entry.shape === "call" ? [entry.call.status] : []))
}

/** A log as a simple recorder sends it: no event names a turn. */
function recorded() {
  const log = createLog()
  log.inTurn(null)
  log.says("Sort the new issues")
  return log
}

describe("a call without result", () => {
  test("runs in a session whose events name no turns", () => {
    const log = recorded()
    log.calls("list_issues")
    expect(statuses(log.events)).toEqual(["running"])
    expect(statuses(log.events, false)).toEqual(["none"])
  })

  test("runs outside any turn of a session that has turns", () => {
    const log = createLog()
    log.says("Go.")
    log.answers("Done.")
    log.inTurn(null)
    log.calls("watch")
    expect(statuses(log.events)).toEqual(["running"])
  })

  test("of an earlier turn runs no more", () => {
    const log = createLog()
    log.says("Go.")
    log.calls("Bash")
    log.inTurn("turn_2")
    log.says("And now?")
    log.calls("Read")
    expect(statuses(log.events)).toEqual(["none", "running"])
  })

  test("still runs when something was said ahead to a later turn", () => {
    const log = createLog()
    log.says("Go.")
    log.add("session.status_running")
    log.calls("Bash")
    log.inTurn("turn_2")
    log.says("After that, look at the docs.")
    expect(statuses(log.events)).toEqual(["running"])
  })

  test.each([
    ["session.status_idle", { stop_reason: { type: "end_turn" } }],
    ["session.ended", { state: "completed" }],
    ["user.interrupt", {}],
  ])("is over after %s", (type, fields) => {
    const log = recorded()
    log.calls("list_issues")
    log.add(type, fields)
    expect(statuses(log.events)).toEqual(["none"])
  })
})

describe("a call that a person is asked about", () => {
  const ask = (fields: Record<string, unknown>) => ({ approval_id: "appr_1", ...fields })

  test("waits until it is decided, then runs", () => {
    const log = createLog()
    log.says("Deploy.")
    log.calls("Read")
    const call = log.calls("Bash")
    log.add("approval.requested", ask({ approval_type: "tool", tool_use_id: call.id }))
    expect(statuses(log.events)).toEqual(["running", "waiting"])
    log.add("approval.decided", ask({ decision: "approve" }))
    expect(statuses(log.events)).toEqual(["running", "running"])
    log.returns(call, "ok")
    expect(statuses(log.events)).toEqual(["running", "ok"])
  })

  test("is the last one when the request does not say which", () => {
    const log = recorded()
    log.calls("Bash")
    log.add("approval.requested", ask({ approval_type: "tool" }))
    expect(statuses(log.events)).toEqual(["waiting"])
  })

  test("is none when the question is about something else", () => {
    const log = recorded()
    log.calls("Bash")
    log.add("approval.requested", ask({ approval_type: "question" }))
    expect(statuses(log.events)).toEqual(["running"])
  })

  test("waits by the protocol's own words, until a person confirms it", () => {
    const log = createLog()
    log.says("Deploy.")
    const call = log.calls("Bash")
    log.add("session.status_idle", {
      stop_reason: { type: "requires_action", event_ids: [call.id] },
    })
    expect(statuses(log.events)).toEqual(["waiting"])
    log.add("user.tool_confirmation", { tool_use_id: call.id, result: "allow" })
    expect(statuses(log.events)).toEqual(["running"])
  })
})
