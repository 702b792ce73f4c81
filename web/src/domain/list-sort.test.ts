import { describe, expect, test } from "vitest"
import { nextSort, parseSort, placed, sortWord } from "./list-sort"
import type { Session } from "./session"
import { sampleSession } from "./session.samples"

const row = (id: string, changes: Partial<Session> = {}) => sampleSession({ id, ...changes })
const idsOf = (rows: Session[]) => rows.map(({ id }) => id)

test("the address says a column and, with a minus, that it falls", () => {
  for (const word of ["-cost", "title", "-updated_at"]) {
    expect(sortWord(parseSort(word))).toBe(word)
  }
  expect(parseSort("active_first")).toBeNull()
  expect(parseSort(undefined)).toBeNull()
  expect(sortWord(null)).toBe("active_first")
})

test("a head turns the order round and gives the sections back on the third click (S1-13)", () => {
  const first = nextSort(null, "cost", true)
  expect(first).toEqual({ by: "cost", descending: true })
  const second = nextSort(first, "cost", true)
  expect(second).toEqual({ by: "cost", descending: false })
  expect(nextSort(second, "cost", true)).toBeNull()
  expect(nextSort(second, "title", false)).toEqual({ by: "title", descending: false })
})

describe("a sorted list", () => {
  const byCost = { by: "cost", descending: true }
  const paged = [
    row("a", { cost_micros: 30 }),
    row("b", { cost_micros: 20 }),
    row("c", { cost_micros: 10 }),
  ]

  test("puts a row that moved where it belongs, the others as the server ordered them", () => {
    const moved = [row("d", { cost_micros: 25 })]
    expect(idsOf(placed(byCost, { paged, moved, hasMore: true }))).toEqual(["a", "d", "b", "c"])
  })

  test("leaves what belongs behind the last page to that page", () => {
    const moved = [row("d", { cost_micros: 5 })]
    expect(idsOf(placed(byCost, { paged, moved, hasMore: true }))).toEqual(["a", "b", "c"])
    expect(idsOf(placed(byCost, { paged, moved, hasMore: false }))).toEqual(["a", "b", "c", "d"])
  })

  test("takes an unknown cost for less than any other, as the server does", () => {
    const moved = [row("d", { cost_micros: null }), row("e", { cost_micros: 0 })]
    expect(idsOf(placed(byCost, { paged, moved, hasMore: false }))).toEqual([..."abced"])
    const rising = { by: "cost", descending: false }
    const turned = [...paged].reverse()
    expect(idsOf(placed(rising, { paged: turned, moved, hasMore: false }))).toEqual([..."decba"])
  })

  test("puts sessions without a title, or of an agent without a name, before the others", () => {
    const named = (name: string | null) => ({ agent: { id: null, name } })
    const byAgent = { by: "agent", descending: false }
    const agents = [row("a", named("builder")), row("b", named("Coder"))]
    const more = [row("c", named(null)), row("d", named("checker"))]
    expect(idsOf(placed(byAgent, { paged: agents, moved: more, hasMore: false }))).toEqual([
      ..."cadb",
    ])
    const byTitle = { by: "title", descending: true }
    const titled = [row("a", { title: "second" }), row("b", { title: "First" })]
    const moved = [row("c", { title: null }), row("d", { title: "  Third" })]
    expect(idsOf(placed(byTitle, { paged: titled, moved, hasMore: false }))).toEqual([..."dabc"])
  })

  test("leaves the server's order alone for a column it does not know", () => {
    const order = { by: "of a newer server", descending: true }
    expect(idsOf(placed(order, { paged, moved: [], hasMore: false }))).toEqual(["a", "b", "c"])
  })
})
