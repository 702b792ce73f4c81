import { describe, expect, test } from "vitest"
import { contentKind, csvTable, FIRST_ROWS, looksBinary, tableOf, traceLines } from "./content-kind"

describe("what an output is", () => {
  test.each([
    ["plain words", "text"],
    ["42", "text"],
    ['"quoted"', "text"],
    ['{"a": [1, 2]}', "json"],
    ["[1, 2, 3]", "json"],
    ['{"a": 1', "text"],
    ["name,age\nana,31\nmei,28", "table"],
    ["Hello, you\nand, you", "text"],
    ["a,b\n1,2,3\n4,5", "text"],
    ["--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b", "diff"],
    ["@@ not a hunk @@\n--- a", "text"],
    ['Traceback (most recent call last):\n  File "a.py", line 1, in f', "trace"],
    ["TypeError: x\n    at f (/a/b.js:1:2)\n    at g (/a/c.js:3:4)", "trace"],
    ["    at noon (we meet)", "text"],
  ])("%j is told by itself: %s", (text, kind) => {
    expect(contentKind(text).kind).toBe(kind)
  })

  test("a list of flat objects is a table, with every column and a dash of nothing", () => {
    expect(
      tableOf([
        { a: 1, b: null },
        { a: "x", c: true, b: 2 },
      ]),
    ).toEqual({
      columns: ["a", "b", "c"],
      rows: [
        ["1", "null", ""],
        ["x", "2", "true"],
      ],
      total: 2,
    })
  })

  test.each([
    [[{ a: { deep: 1 } }, { a: 1 }]],
    [[{ a: 1 }]],
    [[1, 2]],
    [[{ a: 1 }, { b: 2 }, { c: 3 }]],
    [{ a: 1 }],
    [[null, { a: 1 }]],
  ])("%j is no table", (value) => {
    expect(tableOf(value)).toBeNull()
  })

  test("a long table keeps its first rows and says how many there are", () => {
    const text = `n,m\n${Array.from({ length: 100_000 }, (_, row) => `${row},x`).join("\n")}`
    const table = csvTable(text)
    expect(table?.rows.length).toBe(FIRST_ROWS)
    expect(table?.total).toBe(100_000)
  })

  test("quotes hold commas, line breaks and doubled quotes together", () => {
    const table = csvTable('name,said\nana,"a, ""b""\nc"\nmei,no\r')
    expect(table?.rows).toEqual([
      ["ana", 'a, "b"\nc'],
      ["mei", "no"],
    ])
  })
})

test("frames of a trace name their place, those of libraries are known as such", () => {
  const lines = traceLines(
    [
      '  File "/home/ana/app.py", line 12, in main',
      '  File "/usr/lib/python3/site-packages/x.py", line 3, in y',
      "    at handler (/srv/shop/index.js:10:5)",
      "    at node:internal/process:95:5",
      "ValueError: no",
    ].join("\n"),
  )
  expect(lines.map((line) => line.place)).toEqual([
    { file: "/home/ana/app.py", line: 12 },
    { file: "/usr/lib/python3/site-packages/x.py", line: 3 },
    { file: "/srv/shop/index.js", line: 10 },
    expect.objectContaining({ line: 95 }),
    null,
  ])
  expect(lines.map((line) => line.foreign)).toEqual([false, true, false, true, false])
})

test("bytes that are no text are known before they are shown", () => {
  expect(looksBinary("\u0000\u0001")).toBe(true)
  expect(looksBinary("\uFFFD".repeat(40))).toBe(true)
  expect(looksBinary("Grüße, 東京")).toBe(false)
  expect(looksBinary("")).toBe(false)
})
