import { expect, test } from "vitest"
import { createLog } from "./event.samples"
import { foldTranscript, indexAtSeq } from "./fold-transcript"
import { FILTERS, type Filter, filterOf, isFailure, isShown } from "./transcript-filter"

function log() {
  const made = createLog()
  made.says("Fix it.")
  made.thinks("Where is it?")
  for (const name of ["Read", "Grep"]) made.returns(made.calls(name), "ok")
  made.returns(made.calls("Bash"), "boom", { is_error: true })
  const edit = made.calls("Edit")
  made.add("file.edited", { tool_use_id: edit.id, path: "a.py", before: "1", after: "2" })
  made.returns(edit, "done")
  made.add("approval.requested", { approval_id: "appr_1", question: "May I?" })
  made.add("session.error", { error: { message: "overloaded" } })
  made.answers("Done.")
  return made.events
}

const shown = (filter: Filter) =>
  foldTranscript(log(), {
    complete: true,
    live: false,
    anchor: null,
    keep: (entry) => isShown(entry, filter),
  }).entries.map((entry) =>
    entry.shape === "event"
      ? entry.event.type
      : entry.shape === "call"
        ? entry.call.use.name
        : entry.shape,
  )

test.each([
  ["messages", ["turn", "user.message", "agent.message"]],
  ["tools", ["turn", "run", "Bash", "Edit"]],
  ["errors", ["turn", "Bash", "session.error"]],
  ["approvals", ["turn", "approval.requested"]],
  ["edits", ["turn", "Edit"]],
  ["thinking", ["turn", "agent.thinking"]],
] as const)("the filter %s shows these and the line of their turn", (filter, entries) => {
  expect(shown(filter)).toEqual(entries)
})

test("without a filter everything is there, and an unknown word is no filter", () => {
  expect(shown("all")).toHaveLength(9)
  expect(FILTERS.map(filterOf)).toEqual([...FILTERS])
  expect([null, undefined, "", "nonsense"].map(filterOf)).toEqual(Array(4).fill("all"))
})

test("errors are failed calls and what the session tells; a seq finds the entry that shows it", () => {
  const { entries } = foldTranscript(log(), { complete: true, live: false, anchor: null })
  expect(entries.filter(isFailure)).toHaveLength(2)
  const bash = entries.findIndex(
    (entry) => entry.shape === "call" && entry.call.use.name === "Bash",
  )
  const seq = log().find((event) => event.name === "Bash")?.seq ?? 0
  expect(indexAtSeq(entries, seq)).toBe(bash)
  expect(indexAtSeq(entries, seq + 1)).toBe(bash)
  expect(indexAtSeq(entries, 0)).toBe(-1)
})
