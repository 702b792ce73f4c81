import { expect, test } from "vitest"
import { createLog } from "../domain/event.samples"
import { mergeEvents } from "./event-tail"

const log = createLog()
for (const word of ["a", "b", "c", "d"]) log.says(word)
const [a, b, c, d] = log.events as [never, never, never, never]

test("events join in the order of the log, each once", () => {
  expect(mergeEvents([a, b], [b, c, d])).toEqual([a, b, c, d])
  expect(mergeEvents([a, c], [b])).toEqual([a, b, c])
})

test("a copy that was stamped as processed takes the place of the waiting one", () => {
  const waiting = { ...log.events[1], processed_at: null } as never
  const stamped = { ...log.events[1], processed_at: "2026-11-20T14:00:09.000Z" } as never
  expect(mergeEvents([a, waiting, c], [stamped])).toEqual([a, stamped, c])
})

test("nothing new is the same list", () => {
  const known = [a, b]
  expect(mergeEvents(known, [])).toBe(known)
})
