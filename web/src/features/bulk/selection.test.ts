import { expect, test } from "vitest"
import { createSelection, hiddenIds, type ListScope } from "./selection"

const SHOWN = ["a", "b", "c", "d", "e"]
const scope = (part: Partial<ListScope> = {}): ListScope => ({
  shown: SHOWN,
  tab: "all",
  query: [["sort", "active_first"]],
  ...part,
})

function selecting(part: Partial<ListScope> = {}) {
  const store = createSelection()
  store.setScope(scope(part))
  return store
}
const chosen = (store: ReturnType<typeof createSelection>) => [...store.state().ids].sort()

test("S1-14: a row is checked and unchecked", () => {
  const store = selecting()
  store.toggle("b")
  expect(chosen(store)).toEqual(["b"])
  store.toggle("b")
  expect(chosen(store)).toEqual([])
})

test("a range goes from the last toggled row in the shown order, up or down", () => {
  const store = selecting()
  store.toggle("b")
  store.range("d")
  expect(chosen(store)).toEqual(["b", "c", "d"])
  store.range("a")
  expect(chosen(store)).toEqual(["a", "b", "c", "d"])
})

test("a range follows the order as it is shown now, not as it was", () => {
  const store = selecting()
  store.toggle("a")
  store.setScope(scope({ shown: ["a", "e", "b", "c", "d"] }))
  store.range("b")
  expect(chosen(store)).toEqual(["a", "b", "e"])
})

test("a range from an unchecked row unchecks", () => {
  const store = selecting()
  store.set(SHOWN, true)
  store.toggle("d")
  store.range("b")
  expect(chosen(store)).toEqual(["a", "e"])
})

test("a range without a shown beginning checks the one row", () => {
  const store = selecting()
  store.range("c")
  expect(chosen(store)).toEqual(["c"])
  store.setScope(scope({ shown: ["x", "y"] }))
  store.range("y")
  expect(chosen(store)).toEqual(["c", "y"])
})

test("everything that matches is a filter; taking one row out leaves the shown others", () => {
  const store = selecting()
  store.chooseMatching({ tab: "all", query: [["sort", "active_first"]], total: 312 })
  expect(store.has("not loaded")).toBe(true)
  store.toggle("c")
  expect(store.state().matching).toBeNull()
  expect(chosen(store)).toEqual(["a", "b", "d", "e"])
})

test("another filter ends the selection of everything that matches", () => {
  const store = selecting()
  store.chooseMatching({ tab: "all", query: [["sort", "active_first"]], total: 312 })
  store.setScope(scope({ shown: ["a"] }))
  expect(store.state().matching?.total).toBe(312)
  store.setScope(null)
  store.setScope(scope())
  expect(store.state().matching?.total).toBe(312)
  store.setScope(scope({ query: [["kind[]", "chat"]] }))
  expect(store.state().matching).toBeNull()
})

test("checked rows that another filter hides are known as hidden", () => {
  const store = selecting()
  store.set(["a", "b"], true)
  const next = scope({ shown: ["b", "c"], query: [["kind[]", "chat"]] })
  store.setScope(next)
  expect(hiddenIds(store.state(), next)).toEqual(["a"])
  store.set(hiddenIds(store.state(), next), false)
  expect(chosen(store)).toEqual(["b"])
})
