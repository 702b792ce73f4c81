import { expect, test } from "vitest"
import { fileDiff, rowsOf } from "./diff-rows"
import type { Event } from "./event"

const edit = (fields: Record<string, unknown>): Event => ({
  id: "sevt_1",
  type: "file.edited",
  session_id: "sesn_1",
  seq: 1,
  created_at: "2026-11-20T14:00:00.000Z",
  path: "secrets.tf",
  ...fields,
})

const hunk = {
  old_start: 41,
  old_lines: 2,
  new_start: 41,
  new_lines: 3,
  lines: [" a", "-version = 6", "+version = 7", '+by = "x"'],
}

test("hunks become numbered rows with their counts", () => {
  const diff = fileDiff(edit({ hunks: [hunk] }))
  expect(diff).toMatchObject({ added: 2, removed: 1, created: false, path: "secrets.tf" })
  expect(diff?.rows.map(({ kind, old, new: fresh }) => [kind, old, fresh])).toEqual([
    ["same", 41, 41],
    ["del", 42, null],
    ["add", null, 42],
    ["add", null, 43],
  ])
})

test("changed words are marked where a line is little changed", () => {
  const rows = fileDiff(edit({ hunks: [hunk] }))?.rows ?? []
  expect(rows[1]?.marks).toEqual([
    { text: "version = ", changed: false },
    { text: "6", changed: true },
  ])
  expect(rows[3]?.marks).toBeUndefined()
})

test("two lines that share nothing are not marked", () => {
  const replaced = { ...hunk, lines: ["-alpha beta gamma", "+one two three"] }
  expect(fileDiff(edit({ hunks: [replaced] }))?.rows[0]?.marks).toBeUndefined()
})

test("before and after give the diff when there are no hunks", () => {
  const diff = fileDiff(edit({ before: "a\nb\nc\n", after: "a\nB\nc\n" }))
  expect([diff?.added, diff?.removed]).toEqual([1, 1])
})

test("a new file is only additions", () => {
  expect(fileDiff(edit({ before: null, after: "a\nb\n" }))).toMatchObject({
    added: 2,
    removed: 0,
    created: true,
  })
})

test("an edit whose content was not recorded has no diff", () => {
  expect(fileDiff(edit({}))).toBeNull()
})

test("distant hunks are parted", () => {
  const kinds = fileDiff(
    edit({ hunks: [hunk, { ...hunk, old_start: 90, new_start: 91 }] }),
  )?.rows.map((row) => row.kind)
  expect(kinds?.filter((kind) => kind === "hunk")).toHaveLength(1)
})

test("a hunk whose place nobody told has its lines without numbers", () => {
  const rows = rowsOf([{ ...hunk, old_start: null, new_start: null }])
  expect(rows.map(({ kind, old, new: fresh }) => [kind, old, fresh])).toEqual([
    ["same", null, null],
    ["del", null, null],
    ["add", null, null],
    ["add", null, null],
  ])
})
