import { expect, test } from "vitest"
import { markTyped, matchesTyped } from "./mark"

test("what was typed is marked where it stands, in any case", () => {
  expect(markTyped("Rotate the signing key", "ROTAT")).toEqual([
    { text: "Rotat", hit: true },
    { text: "e the signing key", hit: false },
  ])
})

test("a text without what was typed, and nothing typed, stay whole", () => {
  expect(markTyped("Nightly triage", "rotat")).toEqual([{ text: "Nightly triage", hit: false }])
  expect(markTyped("Nightly triage", " ")).toEqual([{ text: "Nightly triage", hit: false }])
})

test("letters whose lower case is longer are not cut in two", () => {
  expect(markTyped("İzmir", "zm")).toEqual([{ text: "İzmir", hit: false }])
})

test("words may come in any order", () => {
  expect(matchesTyped("Copy link to this page", "link cop")).toBe(true)
  expect(matchesTyped("Copy link to this page", "link paste")).toBe(false)
  expect(matchesTyped("Anything", "")).toBe(true)
})
