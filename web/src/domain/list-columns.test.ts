import { expect, test } from "vitest"
import {
  COLUMN_IDS,
  type ColumnId,
  defaultColumns,
  fitColumns,
  moveColumn,
  parseColumns,
  toggleColumn,
  writeColumns,
} from "./list-columns"

const wide = () => 100

test("columns of the address are read in their order, unknown words left out", () => {
  expect(parseColumns("cost,source,nonsense,status,cost")).toEqual(["cost", "source", "status"])
  expect(parseColumns("nonsense")).toBeNull()
  expect(parseColumns("")).toBeNull()
})

test("a row always says which session it is", () => {
  expect(parseColumns("cost")).toEqual(["source", "cost"])
  expect(toggleColumn(["status", "source"], "source")).toEqual(["status", "source"])
})

test("what is written is read back", () => {
  const columns = defaultColumns(false)
  expect(parseColumns(writeColumns(columns))).toEqual(columns)
})

test("compact rows have fewer columns, never smaller text", () => {
  const gone = defaultColumns(false).filter((id) => !defaultColumns(true).includes(id))
  expect(gone).toEqual(["type", "tools", "tool_calls"])
})

test("a column that is shown again stands where it stood among all", () => {
  const shown = toggleColumn(defaultColumns(false), "messages")
  expect(shown[shown.indexOf("messages") + 1]).toBe("tokens_in")
  expect(toggleColumn(shown, "messages")).toEqual(defaultColumns(false))
})

test("columns move one place and stop at the ends (S1-13)", () => {
  const columns: ColumnId[] = ["status", "source", "cost"]
  expect(moveColumn(columns, "cost", -1)).toEqual(["status", "cost", "source"])
  expect(moveColumn(columns, "status", -1)).toEqual(columns)
  expect(moveColumn(columns, "cost", 1)).toEqual(columns)
})

test("a narrow table loses its least columns first and keeps the name", () => {
  const columns = defaultColumns(false)
  const width = (count: number) => ({ width: count * 100, widthOf: wide })
  expect(fitColumns(columns, width(12))).toEqual(columns)
  expect(fitColumns(columns, width(11))).not.toContain("tools")
  expect(fitColumns(columns, width(10))).not.toContain("tool_calls")
  expect(fitColumns(columns, width(4))).toEqual(["status", "source", "cost", "updated"])
  expect(fitColumns(columns, width(1))).toEqual(["source"])
})

test("columns one added go before those that everybody has", () => {
  const columns = toggleColumn(defaultColumns(false), "errors")
  expect(fitColumns(columns, { width: 1200, widthOf: wide })).toEqual(defaultColumns(false))
})

test("every column fits somewhere", () => {
  expect(fitColumns(COLUMN_IDS, { width: 1e6, widthOf: wide })).toEqual([...COLUMN_IDS])
})
