import { expect, test } from "vitest"
import { firstHit, firstPlace, phraseOf, wordsOf } from "./hits"

test.each([
  ["Deploy failed", ["deploy", "failed"]],
  ['say "Not found" again', ["say", "not found", "again"]],
  ["deploy -staging", ["deploy"]],
  ['agent:coder -tag:x status:"failed" deploy', ["deploy"]],
  ["src/a.py:12 http://host", ["src/a.py:12", "http://host"]],
  ['"unfinished phr', ["unfinished phr"]],
  ["a bc", ["bc"]],
])("of %j the words to find are %j", (typed, words) => {
  expect(wordsOf(typed)).toEqual(words)
})

test("the first place of any word is the one to show", () => {
  expect(firstPlace("one Two three", ["three", "two"])).toBe(4)
  expect(firstPlace("one", ["two"])).toBe(-1)
  expect(firstPlace("one", [])).toBe(-1)
})

test("one begins at the first match from here on, else at the last before", () => {
  const hits = [3, 9].map((seq) => ({ seq, event_id: `evt_${seq}`, type: "x", at: "" }))
  expect(firstHit(hits, 4)).toBe(1)
  expect(firstHit(hits, 10)).toBe(1)
  expect(firstHit([], 1)).toBe(-1)
})

test.each([
  ["is already  used", '"is already used"'],
  ["one", null],
  ['say "it is"', null],
  ["fix -test", null],
  ["fatal: 'main' is used", "\"fatal: 'main' is used\""],
])("several plain words may be one phrase: %s", (typed, phrase) => {
  expect(phraseOf(typed)).toBe(phrase)
})
