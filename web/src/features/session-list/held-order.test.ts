import { expect, test } from "vitest"
import type { Order } from "../../domain/list-order"
import { createHeldOrder } from "./held-order"

const order = (...ids: string[]): Order => [{ id: "recent", ids }]
const none: ReadonlySet<string> = new Set()
const free = { held: false, paged: none, own: 0 }
const held = { held: true, paged: none, own: 0 }

test("rows keep their places while the list is held, and what waits is counted", () => {
  const shown = createHeldOrder()
  shown.show(order("a", "b", "c"), free)
  expect(shown.show(order("c", "a", "b"), held)).toEqual({
    order: order("a", "b", "c"),
    waiting: 1,
  })
})

test("letting go moves the rows", () => {
  const shown = createHeldOrder()
  shown.show(order("a", "b"), free)
  shown.show(order("b", "a"), held)
  expect(shown.show(order("b", "a"), free)).toEqual({ order: order("b", "a"), waiting: 0 })
})

test("applying moves them once and holds again", () => {
  const shown = createHeldOrder()
  shown.show(order("a", "b"), free)
  shown.release()
  expect(shown.show(order("b", "a"), held).order).toEqual(order("b", "a"))
  expect(shown.show(order("a", "b"), held)).toEqual({ order: order("b", "a"), waiting: 1 })
})

test("a page that was asked for is added at once", () => {
  const shown = createHeldOrder()
  shown.show(order("a", "b"), free)
  const next = shown.show(order("a", "b", "c"), { ...held, paged: new Set(["a", "b", "c"]) })
  expect(next).toEqual({ order: order("a", "b", "c"), waiting: 0 })
})

test("an own act is never held back", () => {
  const shown = createHeldOrder()
  shown.show(order("a", "b"), free)
  expect(shown.show(order("b"), { ...held, own: 1 })).toEqual({ order: order("b"), waiting: 0 })
})
