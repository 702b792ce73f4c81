import { expect, test } from "vitest"
import { countedAs, createCountWatch, sumOf, tabCount } from "./list-counts"
import { liveTarget } from "./list-live"
import { sampleSession } from "./session.samples"

test("figures move without the counts; states, owners and archives do not (S1-9)", () => {
  const before = sampleSession({ cost_micros: 1_100_000 })
  const figures = {
    message_count: 99,
    cost_micros: 1_900_000,
    pos: 200,
    updated_at: "2026-11-20T15:00:00Z",
  }
  expect(countedAs(sampleSession(figures))).toBe(countedAs(before))
  for (const changes of [
    { state: "running" },
    { active: true },
    { archived_at: "2026-11-20T15:00:00Z" },
    { connectors: ["github"] },
    { error_count: 1 },
    { approval_id: "appr_1" },
    { tools: ["Edit"] },
    { cost_micros: 5_000_000 },
    { where: { repo: "shop" } },
    { plan_id: "plan_1" },
    { owner: null },
    { attention: { reason: "question", since: "" } },
  ]) {
    expect(countedAs(sampleSession(changes))).not.toBe(countedAs(before))
  }
})

test("rows are counted again only when one says something else", () => {
  const watch = createCountWatch()
  expect(watch.changed([sampleSession()])).toBe(true)
  expect(watch.changed([sampleSession({ message_count: 9 })])).toBe(false)
  expect(watch.changed([sampleSession({ state: "running" })])).toBe(true)
  expect(watch.changed([])).toBe(false)
})

test("sums keep that there are more than were counted", () => {
  const all = { value: "all", count: 1000, more: true }
  expect(sumOf([all, { value: "archived", count: 3, more: false }])).toEqual({
    count: 1003,
    more: true,
  })
  const counts = { tabs: [all], facets: {}, more_values: [] }
  expect(tabCount(counts, "all")).toBe(all)
  expect(tabCount(counts, "chats")).toBeUndefined()
})

test("a chat that is held here goes on here; a recording and an automation do not (S0-18)", () => {
  expect(liveTarget(sampleSession())).toBe("sesn_1")
  expect(liveTarget(sampleSession({ recorded: true }))).toBeNull()
  expect(liveTarget(sampleSession({ kind: "automation_run" }))).toBeNull()
  expect(liveTarget(sampleSession({ archived_at: "2026-11-20T15:00:00Z" }))).toBeNull()
})
