import { describe, expect, test } from "vitest"
import { fileDiff } from "./diff-rows"
import { contentOf, type Event, faultOf, isBlob, senderName, stopReason, textOf } from "./event"
import { createLog } from "./event.samples"
import { foldTranscript } from "./fold-transcript"
import { listQuery, parseFilter } from "./list-filter"
import { known, numberIn, textIn } from "./reading"
import { rowFact } from "./row-fact"
import { agentModel, errorText, type Session, whereOf } from "./session"
import { sampleSession } from "./session.samples"
import { kindLabel, statusLook } from "./state-tone"
import { turnStats } from "./turn-stats"

/** Everything that JSON can be in the place of a text, a list or an object. */
const ODD: unknown[] = [
  null,
  true,
  0,
  1e308,
  "",
  "x",
  "__proto__",
  [],
  [null],
  [[]],
  [5, "x"],
  {},
  { type: {} },
  { a: 1 },
  { type: "__proto__" },
  { type: "text", text: {} },
  { type: "blob", blob_id: {} },
  { type: "blob", blob_id: "b", media_type: {}, preview: [] },
]
const WORDS = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"]

function odd(type: string, fields: Record<string, unknown>): Event {
  return createLog().add(type, fields)
}

describe("what somebody else stored", () => {
  test("is read as a text or a number, or counts as not given", () => {
    expect(ODD.map(textIn).filter((text) => text !== undefined)).toEqual(["", "x", "__proto__"])
    expect(ODD.map(numberIn).filter((number) => number !== undefined)).toEqual([0, 1e308])
    expect(numberIn(Number.NaN)).toBeUndefined()
  })

  test("finds nothing in a table that is not ours", () => {
    expect(WORDS.map((word) => known({ a: "b" }, word))).toEqual(WORDS.map(() => undefined))
    expect(known({ a: "b" }, "a")).toBe("b")
    for (const word of WORDS) {
      expect(statusLook(word).icon).toBe("help")
      expect(kindLabel(word)).toBe(word)
      const waits = sampleSession({ attention: { reason: word, since: "" } })
      expect(rowFact(waits, 0)?.text).toBe(word)
      const query = listQuery(parseFilter({ status: word }), 0)
      expect(query.filter(([name]) => name === "state[]")).toEqual([["state[]", word]])
    }
  })

  test("gives content blocks, and nothing for what is none", () => {
    const content = [...ODD, { type: "text", text: "said" }]
    const event = odd("user.message", { content })
    expect(contentOf(event).every((block) => typeof block.type === "string")).toBe(true)
    expect(textOf(event).split("\n\n").at(-1)).toBe("said")
    for (const value of ODD)
      expect(typeof textOf(odd("user.message", { content: value }))).toBe("string")
    expect(isBlob({ type: "blob", blob_id: "b", bytes: {} })).toBe(false)
  })

  test("says what went wrong only in texts", () => {
    for (const value of ODD) {
      for (const error of [value, { message: value, type: value, retry_status: value }]) {
        const { text, retried } = faultOf(odd("session.error", { error }))
        expect(text === null || typeof text === "string").toBe(true)
        expect(typeof retried).toBe("boolean")
        const shown = errorText(sampleSession({ error: error as string }))
        expect(shown === null || typeof shown === "string").toBe(true)
      }
      expect(typeof stopReason(odd("session.status_idle", { stop_reason: value }))).toBe("string")
      const sender = senderName(odd("user.message", { sender: { name: value } }))
      expect(sender === null || typeof sender === "string").toBe(true)
    }
  })

  test("runs where its texts say", () => {
    for (const value of ODD) {
      for (const where of [value, { cwd: value, repo: value, branch: value }]) {
        const found = whereOf(sampleSession({ where: where as null }))
        expect(Object.values(found).every((text) => typeof text === "string")).toBe(true)
      }
      const agent = { id: "a", name: "a", model: { id: value } } as Session["agent"]
      const model = agentModel(sampleSession({ agent }))
      expect(model === null || typeof model === "string").toBe(true)
    }
    expect(whereOf(sampleSession({ where: { cwd: "/home/ana", repo: null } }))).toEqual({
      cwd: "/home/ana",
    })
  })

  test("adds up to figures", () => {
    for (const value of ODD) {
      const usage = { input_tokens: value, output_tokens: value, cache_read_input_tokens: value }
      for (const model_usage of [value, usage]) {
        const event = odd("span.model_request_end", { model_usage, cost_micros: value })
        const turn = turnStats([event]).get("turn_1")
        expect(typeof turn?.tokensIn).toBe("number")
        expect(typeof turn?.tokensOut).toBe("number")
      }
    }
  })

  test("edits a file by hunks that are some", () => {
    for (const value of ODD) {
      for (const hunks of [value, [{ old_start: value, new_start: 1, lines: value }]]) {
        expect(() =>
          fileDiff(odd("file.edited", { hunks, before: value, after: value })),
        ).not.toThrow()
      }
    }
  })

  test("folds into a transcript, whatever stands in its fields", () => {
    const types = [
      "user.message",
      "agent.message",
      "agent.thinking",
      "agent.tool_use",
      "agent.tool_result",
      "agent.mcp_tool_use",
      "session.error",
      "session.status_idle",
      "session.status_running",
      "span.model_request_end",
      "file.edited",
      "session.thread_created",
      "session.updated",
      "approval.requested",
      "approval.decided",
      "user.tool_confirmation",
      "made.up",
    ]
    const fields = [
      "content",
      "name",
      "input",
      "error",
      "stop_reason",
      "model_usage",
      "hunks",
      "path",
      "before",
      "sender",
      "delivery",
      "tool_use_id",
      "session_child_id",
      "title",
      "approval_id",
      "duration_ms",
      "model",
      "exit_code",
      "connector",
      "decision",
      "question",
    ]
    for (const value of ODD) {
      const log = createLog()
      const call = log.calls("bash", { command: "ls" })
      for (const type of types) {
        log.add(type, Object.fromEntries(fields.map((field) => [field, value])))
        log.add(type, {
          ...Object.fromEntries(fields.map((field) => [field, value])),
          tool_use_id: call.id,
        })
      }
      for (const live of [true, false]) {
        expect(() =>
          foldTranscript(log.events, { complete: true, live, anchor: null }),
        ).not.toThrow()
      }
    }
  })
})
