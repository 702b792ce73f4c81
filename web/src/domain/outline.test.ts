import { expect, test } from "vitest"
import { createLog } from "./event.samples"
import { foldTranscript } from "./fold-transcript"
import { currentItem, outline } from "./outline"

function entriesOf() {
  const log = createLog()
  log.says("**Fix** the login test")
  log.returns(log.calls("Bash", { command: "cd /srv && make test" }), "boom", {
    is_error: true,
    exit_code: 2,
  })
  for (const path of ["/srv/a.py", "/srv/a.py", "/srv/b.py"]) {
    const call = log.calls("Edit")
    log.returns(call, "ok")
    log.add("file.edited", { tool_use_id: call.id, path })
  }
  log.add("agent.thread_context_compacted")
  log.inTurn("turn_2")
  log.says("Thanks")
  log.answers("Welcome")
  return foldTranscript(log.events, { complete: true, live: false, anchor: null }).entries
}

test("the outline holds turns by their prompt, failures, each edited file once, and markers", () => {
  expect(outline(entriesOf()).map(({ kind, label, note }) => [kind, label, note])).toEqual([
    ["turn", "1 Fix the login test", null],
    ["failed", "make test", "Exit 2"],
    ["edit", "a.py", null],
    ["edit", "b.py", null],
    ["compacted", "Context compacted", null],
    ["turn", "2 Thanks", null],
  ])
})

test("files that share a name are told apart by their folder", () => {
  const log = createLog()
  log.says("Go.")
  for (const path of ["/srv/a/SKILL.md", "/srv/b/SKILL.md", "/srv/b/other.md"]) {
    const call = log.calls("Edit")
    log.returns(call, "ok")
    log.add("file.edited", { tool_use_id: call.id, path })
  }
  const { entries } = foldTranscript(log.events, { complete: true, live: false, anchor: null })
  expect(
    outline(entries)
      .map((item) => item.label)
      .slice(1),
  ).toEqual(["a/SKILL.md", "b/SKILL.md", "other.md"])
})

test("every line of the outline leads to the entry it names", () => {
  const entries = entriesOf()
  for (const item of outline(entries)) expect(entries[item.at]).toBeDefined()
})

test("the reader is at the last turn above", () => {
  const items = outline(entriesOf())
  expect(currentItem(items, 2)).toBe("turn:turn_1")
  expect(currentItem(items, 99)).toBe("turn:turn_2")
  expect(currentItem([], 0)).toBeNull()
})
