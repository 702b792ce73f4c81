import { expect, test } from "vitest"
import { argumentLine, toolKind, toolMarks } from "./tool-kind"

test("each connector and each group of built-in tools is shown once (S0-10)", () => {
  const marks = toolMarks(
    ["Bash", "exec_command", "Edit", "Write", "mcp__github__search"],
    ["github"],
  )
  expect(marks).toEqual([
    { kind: "git", name: "Github" },
    { kind: "terminal", name: "Bash" },
    { kind: "edit", name: "Files" },
  ])
})

test("a call belongs to its connector before its name", () => {
  expect(toolKind("search", "slack")).toBe("chat")
  expect(toolKind("Grep")).toBe("search")
  expect(toolKind("something_new")).toBe("tool")
})

test.each([
  [{ command: "pytest -q\necho done" }, "pytest -q …"],
  [{ command: ["bash", "-lc", "ls -la"] }, "ls -la"],
  [{ file_path: "/srv/a.py", old_string: "x" }, "/srv/a.py"],
  [{ todos: [], note: "plan" }, "plan"],
  ["raw text", "raw text"],
  [null, ""],
])("%j is about %s", (input, line) => {
  expect(argumentLine(input)).toBe(line)
})
