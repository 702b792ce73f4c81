import { describe, expect, test } from "vitest"
import {
  appendPaged,
  countMoves,
  type Order,
  orderedIds,
  orderSessions,
  sameOrder,
} from "./list-order"
import type { Session } from "./session"
import { sampleSession } from "./session.samples"

const at = (minute: number) => `2026-11-20T14:${String(minute).padStart(2, "0")}:00.000Z`
const row = (id: string, changes: Partial<Session> = {}) => sampleSession({ id, ...changes })

describe("the list", () => {
  const rows = [
    row("old", { updated_at: at(1) }),
    row("new", { updated_at: at(9) }),
    row("busy", { active: true, updated_at: at(2) }),
    row("asks late", { active: true, attention: { reason: "approval", since: at(8) } }),
    row("asks first", { attention: { reason: "failed", since: at(3) } }),
  ]

  test("puts what needs a person first, longest waiting on top, then active, then recent (S2-14)", () => {
    expect(orderSessions(rows, { sections: true })).toEqual([
      { id: "attention", ids: ["asks first", "asks late"] },
      { id: "active", ids: ["busy"] },
      { id: "recent", ids: ["new", "old"] },
    ])
  })

  test("is one list by last change where sections make no sense (S0-7)", () => {
    const order = orderSessions(rows.slice(0, 3), { sections: false })
    expect(order).toEqual([{ id: "all", ids: ["new", "busy", "old"] }])
  })

  test("leaves out sections that are empty", () => {
    expect(orderSessions([row("a")], { sections: true }).map((section) => section.id)).toEqual([
      "recent",
    ])
    expect(orderSessions([], { sections: true })).toEqual([])
    expect(orderSessions([], { sections: false })).toEqual([])
  })

  test("has one order for rows that changed in the same instant", () => {
    const same = ["b", "a", "c"].map((id) => row(id))
    expect(orderedIds(orderSessions(same, { sections: true }))).toEqual(
      orderedIds(orderSessions([...same].reverse(), { sections: true })),
    )
  })
})

describe("a held order", () => {
  const held: Order = [
    { id: "active", ids: ["a", "b"] },
    { id: "recent", ids: ["c", "d"] },
  ]

  test("takes the rows of a newly loaded page at the end of their section", () => {
    const wanted: Order = [
      { id: "active", ids: ["b", "a"] },
      { id: "recent", ids: ["new", "c", "d", "e", "f"] },
    ]
    expect(appendPaged(held, wanted, new Set(["a", "b", "c", "d", "e", "f"]))).toEqual([
      { id: "active", ids: ["a", "b"] },
      { id: "recent", ids: ["c", "d", "e", "f"] },
    ])
  })

  test("keeps what a page read again brings above standing rows waiting, or they would move", () => {
    const wanted: Order = [
      { id: "attention", ids: ["x"] },
      { id: "active", ids: ["a", "b", "y"] },
      { id: "recent", ids: ["c", "d", "z"] },
    ]
    expect(appendPaged(held, wanted, new Set(["a", "b", "c", "d", "x", "y", "z"]))).toEqual([
      { id: "active", ids: ["a", "b"] },
      { id: "recent", ids: ["c", "d", "z"] },
    ])
    expect(countMoves(held, wanted)).toBe(3)
  })

  test("stays the same object when no page brought anything", () => {
    expect(appendPaged(held, held, new Set(["a"]))).toBe(held)
  })

  test("counts rows that would come, go, change section or pass others", () => {
    expect(countMoves(held, held)).toBe(0)
    const wanted: Order = [
      { id: "attention", ids: ["d"] },
      { id: "active", ids: ["b", "a", "new"] },
    ]
    // d changed section, new came, c went, b passed a
    expect(countMoves(held, wanted)).toBe(4)
  })

  test("counts one move when one row passes many", () => {
    const many: Order = [{ id: "recent", ids: ["a", "b", "c", "d", "e"] }]
    const moved: Order = [{ id: "recent", ids: ["e", "a", "b", "c", "d"] }]
    expect(countMoves(many, moved)).toBe(1)
  })

  test("knows the same order by its rows", () => {
    expect(sameOrder(held, structuredClone(held))).toBe(true)
    expect(sameOrder(held, held.slice(1))).toBe(false)
  })
})
