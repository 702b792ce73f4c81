import { expect, test } from "vitest"
import { estimateCompaction } from "./compaction-estimate"

const turns = (count: number, tokens: number) =>
  Array.from({ length: count * 2 }, (_, index) => ({
    seq: index + 1,
    role: index % 2 === 0 ? "user" : "assistant",
    tokens,
  }))

test("a long session keeps its first two and last fifteen turns", () => {
  expect(estimateCompaction(turns(40, 1_000))).toEqual({
    before: 80_000,
    covered: 46_000,
    summary: 4_000,
    after: 38_000,
    keptTurns: 17,
  })
})

test("a short session keeps the newer half, and its summary takes half of the rest", () => {
  const found = estimateCompaction(turns(4, 1_000))
  expect(found).toMatchObject({ keptTurns: 3, covered: 2_000, summary: 1_000, after: 7_000 })
})

test("one turn alone holds nothing to summarise", () => {
  expect(estimateCompaction(turns(1, 500))).toBeNull()
  expect(estimateCompaction([])).toBeNull()
})

test("a summary alone is not summarised again", () => {
  const entries = [{ seq: 9, role: "summary", tokens: 300 }, ...turns(1, 100), ...turns(1, 100)]
  const found = estimateCompaction(entries)
  expect(found?.covered).toBe(500)
  expect(
    estimateCompaction([{ seq: 9, role: "summary", tokens: 300 }, ...turns(1, 100)]),
  ).toBeNull()
})

test("a summary is never longer than what it stands for", () => {
  const found = estimateCompaction(turns(4, 10))
  expect(found?.summary).toBe(found?.covered)
})
