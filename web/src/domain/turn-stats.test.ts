import { expect, test } from "vitest"
import { createLog } from "./event.samples"
import { lastTurnAnchor, numberTurns, turnMillis, turnStats } from "./turn-stats"

const usage = (input: number, output: number) => ({
  model: "model-a",
  model_usage: {
    input_tokens: input,
    cache_read_input_tokens: 100,
    cache_creation_input_tokens: 10,
    output_tokens: output,
  },
})

test("a turn sums its calls, its tokens with the cached ones, its cost and its time", () => {
  const log = createLog()
  log.says("Go.")
  log.returns(log.calls("Read"), "ok")
  log.add("span.model_request_end", { ...usage(5, 20), cost_micros: 1000 })
  log.add("span.model_request_end", { ...usage(1, 2), cost_micros: 500 }, 6)
  const turn = turnStats(log.events).get("turn_1")
  expect(turn).toMatchObject({ calls: 1, tokensIn: 226, tokensOut: 22, costMicros: 1500 })
  expect(turn && turnMillis(turn)).toBe(9000)
})

test("a correction adds only its difference", () => {
  const log = createLog()
  log.says("Go.")
  const first = log.add("span.model_request_end", { ...usage(5, 20), cost_micros: 1000 })
  log.add("span.model_request_end", {
    model: "model-a",
    model_usage: { output_tokens: 30 },
    cost_micros: 70,
    corrects: first.id,
  })
  expect(turnStats(log.events).get("turn_1")).toMatchObject({ tokensOut: 50, costMicros: 1070 })
})

test("an unpriced model is named and never counted as free", () => {
  const log = createLog()
  log.says("Go.")
  log.add("span.model_request_end", usage(5, 20))
  expect(turnStats(log.events).get("turn_1")).toMatchObject({
    costMicros: null,
    unpriced: ["model-a"],
  })
})

function threeTurns() {
  const log = createLog()
  for (const id of ["turn_a", "turn_b", "turn_c"]) {
    log.inTurn(id)
    log.says(`In ${id}`)
    log.answers("Yes.")
  }
  return log.events
}

test("turns are counted from one when the session's start is loaded", () => {
  const numbers = numberTurns(turnStats(threeTurns()).values(), true, null)
  expect([...numbers.values()]).toEqual([1, 2, 3])
})

test("turns keep their numbers while earlier events are loaded and later ones arrive", () => {
  const events = threeTurns()
  const lastPage = turnStats(events.slice(4))
  const anchor = lastTurnAnchor(lastPage.values(), 7)
  expect([...numberTurns(lastPage.values(), false, anchor).values()]).toEqual([7])
  expect([...numberTurns(turnStats(events).values(), false, anchor).values()]).toEqual([5, 6, 7])
})

test("an input that was never answered has no number", () => {
  const log = createLog()
  log.says("Anybody?")
  log.inTurn("turn_2")
  log.says("Hello?")
  log.answers("Yes.")
  const numbers = numberTurns(turnStats(log.events).values(), true, null)
  expect([...numbers]).toEqual([["turn_2", 1]])
})

test("a message steered into a turn makes no turn of its own, as on the server", () => {
  const log = createLog()
  log.says("Go.")
  log.answers("Going.")
  log.says("Left, please.")
  log.answers("Left it is.")
  const turns = turnStats(log.events)
  expect(turns.get("turn_1")?.answered).toBe(1)
  expect(lastTurnAnchor(turns.values(), 9)).toEqual({ turnId: "turn_1", number: 9 })
})
