import { expect, test } from "vitest"
import { filterBody } from "./bulk"

test("the list's query becomes the filter of a body, and its order no part of it", () => {
  const body = filterBody([
    ["sort", "-cost"],
    ["archived", "true"],
    ["state[]", "failed"],
    ["state[]", "timed_out"],
    ["agent_id", "agent_1"],
    ["updated_at[gte]", "2026-11-19T14:00:00.000Z"],
  ])
  expect(body).toEqual({
    archived: true,
    state: ["failed", "timed_out"],
    agent_id: "agent_1",
    "updated_at[gte]": "2026-11-19T14:00:00.000Z",
  })
})
