import { describe, expect, test } from "vitest"
import type { Outline } from "./detail"
import { blockEnd, placeOf, seqAt, seqIn, turnAt, turnStep, waitMillis } from "./replay"

const at = (second: number) => new Date(Date.UTC(2026, 10, 20, 14, 0, second)).toISOString()
const mark = (seq: number, kind: "turn" | "error" = "turn") => ({
  seq,
  event_id: `sevt_${seq}`,
  at: at(seq),
  mark: kind,
  label: "x",
})
const outline: Outline = {
  first_seq: 1,
  last_seq: 10,
  first_at: at(0),
  last_at: at(40),
  buckets: [
    { seq: 1, at: at(0), events: 6 },
    { seq: 7, at: at(10), events: 0 },
    { seq: 7, at: at(20), events: 0 },
    { seq: 7, at: at(30), events: 4 },
  ],
  marks: [mark(2), mark(4, "error"), mark(7)],
}

describe("the place of a replay", () => {
  test("is inside the bar that counts the event, and never in an empty one", () => {
    expect(placeOf(outline, 1)).toBe(0)
    expect(placeOf(outline, 4)).toBe(0.125)
    expect(placeOf(outline, 7)).toBe(0.75)
    expect(placeOf(outline, 10)).toBe(1)
    expect(placeOf(outline, 99)).toBe(1)
  })

  test("gives its seq back, wherever the pointer is", () => {
    for (let seq = 1; seq <= 10; seq++) expect(seqAt(outline, placeOf(outline, seq))).toBe(seq)
    expect(seqAt(outline, -1)).toBe(1)
    expect(seqAt(outline, 2)).toBe(10)
    expect(seqAt(outline, 0.5)).toBe(6)
  })

  test("of a session without events is its end", () => {
    const empty = { ...outline, first_seq: 1, last_seq: 1, buckets: [], marks: [] }
    expect(placeOf(empty, 1)).toBe(1)
    expect(seqAt(empty, 0.3)).toBe(1)
  })

  test.each([
    ["5", 5],
    ["0", 1],
    ["999", 10],
    ["", null],
    ["-3", null],
    ["1e3", null],
    [undefined, null],
  ])("is read from the address: %j is %j", (text, seq) => {
    expect(seqIn(text, 10)).toBe(seq)
  })
})

test("a turn step goes to the next beginning of a turn, then to the ends", () => {
  expect([turnStep(outline, 3, 1), turnStep(outline, 7, 1)]).toEqual([7, 10])
  expect([turnStep(outline, 7, -1), turnStep(outline, 2, -1)]).toEqual([2, 1])
  expect([1, 2, 6, 7].map((seq) => turnAt(outline.marks, seq))).toEqual([null, 1, 1, 2])
})

test("playing keeps the time between events, divided by the speed; idle time is passed over", () => {
  expect(waitMillis(at(0), at(1), 1, false)).toBe(1000)
  expect(waitMillis(at(0), at(1), 2, false)).toBe(500)
  expect(waitMillis(at(0), at(10), 1, true)).toBe(300)
  expect(waitMillis(at(0), at(2), 1, true)).toBe(2000)
  expect(waitMillis(at(0), at(600), 1, false)).toBe(60_000)
  expect(waitMillis(at(5), at(1), 8, false)).toBe(16)
  expect(waitMillis("never", at(1), 1, false)).toBe(16)
})

test("stepping inside a block of the log reads nothing new", () => {
  expect([1, 499, 500, 501].map(blockEnd)).toEqual([500, 500, 500, 1000])
})
