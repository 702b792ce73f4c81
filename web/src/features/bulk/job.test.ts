import { expect, test } from "vitest"
import type { BulkOperation } from "../../api/queries/bulk"
import { failureList, viewOf } from "./job"

const START = Date.parse("2026-11-20T14:00:00Z")
const job = (part: Partial<BulkOperation>): BulkOperation => ({
  id: "bulk_1",
  type: "bulk_operation",
  action: "archive",
  state: "running",
  total: 312,
  done: 0,
  failed: 0,
  created_at: "2026-11-20T14:00:00Z",
  started_at: "2026-11-20T14:00:00Z",
  ended_at: null,
  arguments: {},
  filter: null,
  created_by: { type: "person", id: "usr_1", name: "Ana Ruiz" },
  ...part,
})

test("what is left follows from what was tried, failures included (S1-15)", () => {
  const view = viewOf(job({ done: 150, failed: 6 }), START + 10_000)
  expect(view).toEqual({ tried: 156, succeeded: 150, phase: "working", leftMs: 10_000 })
})

test("nothing is said about the time before some sessions were tried", () => {
  expect(viewOf(job({ done: 2 }), START + 500).leftMs).toBeNull()
  expect(viewOf(job({ state: "queued", started_at: null }), START).leftMs).toBeNull()
})

test("a job that ended is done or stopped, and has no time left", () => {
  const done = viewOf(job({ state: "completed", done: 310, failed: 2 }), START + 9_000)
  expect(done).toEqual({ tried: 312, succeeded: 310, phase: "done", leftMs: null })
  expect(viewOf(job({ state: "cancelled", done: 40 }), START).phase).toBe("stopped")
})

test("the list of failures names each session and its reason", () => {
  const errors = [{ session_id: "sesn_1", type: "conflict_error", message: "it is archived" }]
  expect(failureList(errors, () => "Nightly triage")).toBe("sesn_1\tNightly triage\tit is archived")
})
