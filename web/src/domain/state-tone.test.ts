import { expect, test } from "vitest"
import { kindLabel, statusLook } from "./state-tone"

test.each([
  ["queued", "Queued", "active"],
  ["provisioning", "Starting", "active"],
  ["running", "Running", "active"],
  ["waiting_approval", "Needs approval", "attention"],
  ["waiting_input", "Needs reply", "attention"],
  ["paused", "Paused at checkpoint", "attention"],
  ["blocked", "Blocked", "attention"],
  ["stalled", "No heartbeat", "attention"],
  ["idle", "Idle", "neutral"],
  ["succeeded", "Done", "success"],
  ["failed", "Failed", "problem"],
  ["timed_out", "Timed out", "problem"],
  ["rejected", "Rejected", "problem"],
  ["cancelled", "Stopped", "neutral"],
  ["archived", "Archived", "neutral"],
])("%s reads %s and is %s", (status, label, tone) => {
  expect(statusLook(status)).toMatchObject({ label, tone })
})

test("every status has an icon of its own within its tone, so colour never stands alone (S2-8)", () => {
  const attention = ["waiting_approval", "waiting_input", "paused", "blocked", "stalled"]
  const icons = attention.map((status) => statusLook(status).icon)
  expect(new Set(icons).size).toBe(attention.length)
})

test("only running work pulses", () => {
  expect(statusLook("running").pulse).toBe(true)
  expect(statusLook("waiting_approval").pulse).toBeUndefined()
})

test("a status of a newer server keeps its own word and the row's tone", () => {
  expect(statusLook("being_reviewed", "attention")).toEqual({
    label: "Being reviewed",
    tone: "attention",
    icon: "help",
  })
})

test("a kind that is not known is named as it is", () => {
  expect(kindLabel("automation_run")).toBe("Automation")
  expect(kindLabel("experiment")).toBe("experiment")
})
