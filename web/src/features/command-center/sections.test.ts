import { expect, test } from "vitest"
import { sampleSession } from "../../domain/session.samples"
import { centerSections, DAY_MS } from "./sections"

const NOW = Date.parse("2026-11-20T15:00:00.000Z")
const at = (minutesAgo: number) => new Date(NOW - minutesAgo * 60_000).toISOString()
const show = (rows: Parameters<typeof centerSections>[0], owner: string | null = null) =>
  centerSections(rows, { now: NOW, owner })

test("S2-20: what needs a person stands apart, however active it is", () => {
  const waiting = sampleSession({
    id: "waits",
    active: true,
    attention: { reason: "approval", since: at(5) },
  })
  const running = sampleSession({ id: "runs", active: true })
  const found = show([waiting, running])
  expect(found).toEqual({ attention: ["waits"], active: ["runs"], recent: [] })
})

test("what waits longest stands first, the rest by its last change", () => {
  const rows = [
    sampleSession({ id: "young", attention: { reason: "question", since: at(2) } }),
    sampleSession({ id: "old", attention: { reason: "question", since: at(90) } }),
    sampleSession({ id: "earlier", active: true, updated_at: at(9) }),
    sampleSession({ id: "later", active: true, updated_at: at(1) }),
  ]
  expect(show(rows)).toMatchObject({ attention: ["old", "young"], active: ["later", "earlier"] })
})

test("S2-21: recent ends after 24 hours", () => {
  const edge = new Date(NOW - DAY_MS).toISOString()
  const past = new Date(NOW - DAY_MS - 1).toISOString()
  const rows = [
    sampleSession({ id: "edge", updated_at: edge }),
    sampleSession({ id: "past", updated_at: past }),
  ]
  expect(show(rows).recent).toEqual(["edge"])
})

test("sub-agents, archived sessions and those of others are left out", () => {
  const rows = [
    sampleSession({ id: "child", parent_id: "sesn_9" }),
    sampleSession({ id: "put-away", archived_at: at(1) }),
    sampleSession({ id: "theirs", updated_at: at(1), owner: { id: "usr_2", name: "Bo" } }),
    sampleSession({ id: "nobodys", updated_at: at(2), owner: null }),
    sampleSession({ id: "mine", updated_at: at(3) }),
  ]
  expect(show(rows, "usr_1").recent).toEqual(["mine"])
  expect(show(rows).recent).toEqual(["theirs", "nobodys", "mine"])
})
