import { expect, test } from "vitest"
import type { EditedFile } from "./detail"
import { hunksIn } from "./diff-rows"
import {
  countsOf,
  filePatch,
  hunkHead,
  inTreeOrder,
  patchOf,
  sharedFolder,
  treeLines,
} from "./file-tree"

const hunk = { old_start: 1, old_lines: 1, new_start: 1, new_lines: 2, lines: ["-a", "+b", "+c"] }
const file = (path: string, over: Partial<EditedFile> = {}): EditedFile => ({
  path,
  moved_from: null,
  change: "update",
  additions: 5,
  deletions: 4,
  generated: false,
  edits: [],
  net: { additions: 2, deletions: 1, hunks: [hunk], reason: null },
  ...over,
})

test("the tree leaves out what all paths share and joins folders that hold one folder", () => {
  const files = [
    "/home/ana/shop/src/pay/retry.py",
    "/home/ana/shop/tests/a.py",
    "/home/ana/shop/uv.lock",
  ]
  expect(sharedFolder(files)).toBe("/home/ana/shop/")
  const lines = treeLines(files.map((path) => file(path)))
  expect(lines.map((line) => `${"  ".repeat(line.depth)}${line.name}`)).toEqual([
    "src/pay",
    "  retry.py",
    "tests",
    "  a.py",
    "uv.lock",
  ])
  expect(
    inTreeOrder([...files].reverse().map((path) => file(path))).map((one) => one.path),
  ).toEqual(files)
})

test("paths that only begin alike share no folder", () => {
  expect(sharedFolder(["src/app.py", "src-old/app.py"])).toBe("")
  expect(sharedFolder([])).toBe("")
  expect(sharedFolder(["a.py"])).toBe("")
})

test("counts are those of the net change where it is known, else of all edits", () => {
  expect(countsOf(file("a"))).toEqual({ additions: 2, deletions: 1 })
  const unknown = file("a", {
    net: { additions: null, deletions: null, hunks: null, reason: "why" },
  })
  expect(countsOf(unknown)).toEqual({ additions: 5, deletions: 4 })
})

test("a patch holds what is wholly known, and reads back as the same hunks", () => {
  const unknown = file("b", { net: { additions: null, deletions: null, hunks: null, reason: "" } })
  const cut = file("c", {
    net: { additions: 1, deletions: 0, hunks: [hunk], reason: null, truncated: true },
  })
  const patch = patchOf([file("/a/x.py"), unknown, cut])
  expect(patch.startsWith("--- a/a/x.py\n+++ b/a/x.py\n@@ -1,1 +1,2 @@\n")).toBe(true)
  expect(hunksIn(patch)).toEqual([hunk])
  expect(filePatch(file("n", { change: "create" }))).toContain("--- /dev/null")
  expect(filePatch(unknown)).toBeNull()
})

test("what nobody could count or place is no number and no patch", () => {
  const adrift = { ...hunk, old_lines: null, new_start: null }
  expect(hunkHead(adrift)).toBe("@@")
  const lost = file("d", {
    additions: null,
    deletions: null,
    net: { additions: null, deletions: null, hunks: [adrift], reason: null },
  })
  expect(filePatch(lost)).toBeNull()
  expect(countsOf(lost)).toEqual({ additions: 0, deletions: 0 })
})
