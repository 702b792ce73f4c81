import { expect, test } from "vitest"
import { rowFact, whyLine } from "./row-fact"
import { sampleSession } from "./session.samples"

const now = Date.parse("2026-11-20T14:00:42.000Z")

test("an error stands on the row itself (S2-13)", () => {
  const failed = sampleSession({
    display_status: "failed",
    tone: "problem",
    error: { type: "api_error", message: "No space left" },
    attention: { reason: "failed", since: "2026-11-20T13:00:00.000Z" },
    output_summary: "Something older",
  })
  expect(rowFact(failed, now)).toEqual({ text: "No space left", look: "problem" })
})

test("a running session shows what it does and since when", () => {
  const running = sampleSession({
    display_status: "running",
    tone: "active",
    activity: "bash: pytest -q",
    last_activity_at: "2026-11-20T14:00:00.000Z",
  })
  expect(rowFact(running, now)).toEqual({
    text: "bash: pytest -q",
    look: "code",
    since: "2026-11-20T14:00:00.000Z",
  })
  expect(whyLine(running, now)).toBe("bash: pytest -q, 42 s")
})

test("a question is quoted, another wait is named", () => {
  const since = "2026-11-20T13:48:00.000Z"
  const asks = sampleSession({
    tone: "attention",
    attention: { reason: "question", since, question: "Which one?" },
  })
  expect(rowFact(asks, now)?.text).toBe("“Which one?”")
  const waits = sampleSession({
    tone: "attention",
    attention: { reason: "approval", since },
    activity: "rm -r x",
  })
  expect(rowFact(waits, now)?.text).toBe("Waiting for an approval: `rm -r x`")
  expect(whyLine(waits, now)).toBe("Waiting for an approval: rm -r x")
})

test("a session without sign of life says when it was last heard", () => {
  const stalled = sampleSession({
    display_status: "stalled",
    tone: "attention",
    last_activity_at: "2026-11-20T13:56:00.000Z",
  })
  expect(rowFact(stalled, now)?.text).toBe("Last event 4m ago")
})

test("a quiet session shows its outcome, and nothing when there is none", () => {
  expect(rowFact(sampleSession({ output_summary: "Two call sites" }), now)?.text).toBe(
    "Two call sites",
  )
  expect(rowFact(sampleSession(), now)).toBeNull()
})

test("an interrupted source is told beside the status", () => {
  expect(whyLine(sampleSession({ state_reason: "external:interrupted" }), now)).toBe("Interrupted")
  expect(whyLine(sampleSession({ state_reason: "external:turn_complete" }), now)).toBeNull()
})
