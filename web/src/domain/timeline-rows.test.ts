import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import type { Metrics, Span } from "./detail"
import { merged, timeSplit } from "./time-split"
import { timelineRows, timeScale, turnNumbers } from "./timeline-rows"

const golden = <T>(story: string, view: string) =>
  JSON.parse(
    readFileSync(new URL(`../../../tests/golden/${story}.${view}.json`, import.meta.url), "utf8"),
  ) as T
const flow = golden<Span[]>("flow-at-a-checkpoint", "timeline")
const NOW = Date.parse("2026-11-20T17:10:00.000Z")

describe("the lanes of a timeline", () => {
  test("of a flow are its steps: a repaired attempt is pale, a wait is a wait until now", () => {
    const rows = timelineRows(flow, NOW)
    expect(rows.map((row) => [row.number, row.name, row.state])).toEqual([
      [1, "Build", "done"],
      [2, "Review", "waiting"],
      [3, "Stage", "pending"],
      [4, "Publish", "pending"],
      [5, "Announce", "pending"],
    ])
    expect(rows[0]?.bars.map((bar) => bar.look)).toEqual(["repaired", "done"])
    expect(rows[1]?.bars.at(-1)).toMatchObject({ look: "waiting", to: NOW, open: true })
    expect(rows[1]?.diamonds).toEqual([expect.objectContaining({ name: "Review", open: true })])
    expect(rows[2]?.bars).toEqual([])
  })

  test("of a chat are its turns, numbered where work was done", () => {
    const spans = golden<Span[]>("coding-chat", "timeline")
    expect(timelineRows(spans, NOW).map((row) => row.kind)).toEqual(["turn", "turn"])
    const waiting = { ...(spans[1] as Span), id: "turn_3", state: "pending" }
    expect([...turnNumbers([...spans, waiting]).values()]).toEqual([1, 2])
  })

  test("stand on an axis without idle time: days between turns are cut out", () => {
    const at = (day: number, minute: number) =>
      new Date(Date.UTC(2026, 10, day, 9, minute)).toISOString()
    const turn = (id: string, from: string, to: string) =>
      ({
        ...(flow[0] as Span),
        id,
        state: "done",
        started_at: from,
        ended_at: to,
        last_at: to,
      }) as Span
    const rows = timelineRows([turn("a", at(1, 0), at(1, 10)), turn("b", at(5, 0), at(5, 10))], NOW)
    const scale = timeScale(rows)
    expect(scale.cuts).toHaveLength(1)
    expect(scale.at(Date.parse(at(1, 0)))).toBe(0)
    expect(scale.at(Date.parse(at(5, 10)))).toBeCloseTo(1)
    expect(scale.at(Date.parse(at(1, 10)))).toBeLessThan(0.5)
    expect(scale.at(Date.parse(at(3, 0)))).toBeCloseTo(scale.at(Date.parse(at(1, 10))))
  })
})

test("time is split so that its parts are the whole", () => {
  const metrics = golden<Metrics>("flow-at-a-checkpoint", "metrics")
  const split = timeSplit(metrics, flow, NOW)
  expect(split.waiting + split.tools + split.model).toBe(split.total)
  expect(split.waiting).toBe(NOW - Date.parse("2026-11-20T17:01:57.200Z"))
  expect(split.tools).toBe(49_700)
  expect(
    merged([
      [5, 9],
      [1, 3],
      [2, 6],
    ]),
  ).toEqual([[1, 9]])
})
