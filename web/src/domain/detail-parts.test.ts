import { expect, test } from "vitest"
import { gridLines, labelledEvery, roundDuration, roundTop } from "./chart-scale"
import { createLog } from "./event.samples"
import { foldTranscript } from "./fold-transcript"
import { formatPercent } from "./format"
import { firstHit } from "./hits"
import { resumeCommand } from "./resume"
import { sampleSession } from "./session.samples"

test("an axis ends on a round number above the highest value, with round thirds", () => {
  for (const value of [0.004, 0.7, 1, 13, 99, 1234, 50_001]) {
    expect(roundTop(value)).toBeGreaterThanOrEqual(value)
    expect(roundTop(value)).toBeLessThanOrEqual(value * 2.5)
  }
  expect(roundTop(0)).toBe(1)
  expect(roundDuration(61_000)).toBe(90_000)
  expect(gridLines(9)).toEqual([9, 6, 3, 0])
  const labels = Array.from({ length: 48 }, (_, at) => at).filter(labelledEvery(48, 12))
  expect(labels.at(-1)).toBe(47)
  expect(labels.length).toBeLessThanOrEqual(13)
})

test("the finder begins at the first match from where one is, else at the last before it", () => {
  const hits = [3, 8, 20].map((seq) => ({ seq, event_id: `e${seq}`, type: "x", at: "" }))
  expect([0, 8, 9, 21].map((seq) => firstHit(hits, seq))).toEqual([0, 1, 2, 2])
  expect(firstHit([], 0)).toBe(-1)
})

test("S0-32 a recorded main chat goes on by its tool's own command; nothing odd becomes part of it", () => {
  const chat = (id: string, format = "claude_code") =>
    sampleSession({ kind: "chat", recorded: true, parent_id: null, external_ids: { [format]: id } })
  expect(resumeCommand(chat("0a1b2c3d-1111"))).toBe("claude --resume 0a1b2c3d-1111")
  expect(resumeCommand(chat("0a1b2c3d-1111", "codex"))).toBe("codex resume 0a1b2c3d-1111")
  for (const id of ["x; rm -rf /", "--help", "$(id)", "a b", "", "`x`"]) {
    expect(resumeCommand(chat(id))).toBeNull()
  }
  expect(resumeCommand(chat("0a1b2c3d", "__proto__"))).toBeNull()
  expect(resumeCommand({ ...chat("0a1b2c3d"), recorded: false })).toBeNull()
  expect(resumeCommand({ ...chat("0a1b2c3d"), parent_id: "sesn_1" })).toBeNull()
})

test("percents keep one decimal below ten", () => {
  expect([0, 0.0004, 0.0412, 0.0996, 0.42, 1, null].map(formatPercent)).toEqual([
    "0 %",
    "<0.1 %",
    "4.1 %",
    "10 %",
    "42 %",
    "100 %",
    "–",
  ])
})

test("a change of the model is told where the turn begins; side requests in a turn are none", () => {
  const log = createLog()
  const ask = (model: string) => log.add("span.model_request_end", { model })
  log.says("One.")
  ask("sonnet")
  ask("haiku")
  log.answers("One.")
  log.inTurn("turn_2")
  log.says("Two.")
  ask("opus")
  log.answers("Two.")
  const { entries } = foldTranscript(log.events, { complete: true, live: false, anchor: null })
  const told = entries.flatMap((entry) =>
    entry.shape === "event" && entry.event.type === "model.changed" ? entry.event : [],
  )
  expect(told.map(({ from, to }) => [from, to])).toEqual([["sonnet", "opus"]])
})

test("a prompt of a source that never tells the end of a turn stands in its own turn", () => {
  const log = createLog()
  log.says("One.")
  log.add("session.status_running")
  log.answers("One.")
  log.inTurn("turn_2")
  log.says("Two.")
  log.answers("Two.")
  const { entries } = foldTranscript(log.events, { complete: true, live: true, anchor: null })
  expect(
    entries.map((entry) => (entry.shape === "event" ? entry.event.type : entry.shape)),
  ).toEqual(["turn", "user.message", "agent.message", "turn", "user.message", "agent.message"])
})
