import { describe, expect, test } from "vitest"
import { parseFilter } from "./list-filter"
import { searchAsked } from "./list-search"

const now = Date.parse("2026-11-20T14:25:36.000Z")
const asked = (typed: string, search: Record<string, string> = {}, mine: string | null = null) =>
  searchAsked(typed, parseFilter(search), { now, mine })

describe("a search", () => {
  test("is what was typed when nothing else is set; its last word may be unfinished (S1-10)", () => {
    expect(asked("agent:coder depl")).toEqual({
      q: "agent:coder depl",
      archived: false,
      ignored: [],
    })
    expect(asked("deploy ").q).toBe("deploy ")
  })

  test("takes the tab along", () => {
    expect(asked("x", { tab: "chats" }).q).toBe('kind:"chat" x')
    expect(asked("x", { tab: "flows" }).q).toBe('-kind:"chat" -kind:"background_task" x')
    expect(asked("x", { tab: "needs-you" }).q).toBe('status:"attention" x')
    expect(asked("x", { tab: "archived" })).toMatchObject({
      q: 'status:"archived" x',
      archived: true,
    })
  })

  test("takes single values of facets along, and the date", () => {
    const { q, ignored } = asked("x", { agent: "agent_1", channel: "slack", cost: "5" })
    expect(q).toBe('agent:"agent_1" channel:"slack" cost:>=5 x')
    expect(ignored).toEqual([])
    expect(asked("x", { from: "2026-11-01", to: "2026-11-02" }).q).toMatch(
      /^after:"2026-1\d-\d\dT[^"]+Z" before:"2026-11-\d\dT[^"]+Z" x$/,
    )
  })

  test("says which facets it cannot take, never leaves them out silently", () => {
    const set = { channel: "slack,web", tool: "github", origin: "schedule", has: "error" }
    expect(asked("x", set)).toMatchObject({
      q: "x",
      ignored: ["channel", "tool", "origin", "has"],
    })
  })

  test("says several kinds by what they are not", () => {
    expect(asked("x", { kind: "chat,flow_run" })).toMatchObject({
      q: '-kind:"background_task" -kind:"automation_run" x',
      ignored: [],
    })
  })

  test("does not repeat a kind that the tab sets", () => {
    expect(asked("x", { tab: "tasks", kind: "chat" }).q).toBe('kind:"background_task" x')
  })

  test("tells the state idle from the many that the protocol calls so", () => {
    expect(asked("x", { status: "idle" }).q).toContain('status:"neutral"')
    expect(asked("x", { status: "failed" }).q).toBe('status:"failed" x')
  })

  test("knows who asks", () => {
    expect(asked("owner:me x", {}, "usr_1").q).toBe("owner:usr_1 x")
    expect(asked("x -owner:me", {}, "usr_1").q).toBe("x -owner:usr_1")
    expect(asked("owner:melissa", {}, "usr_1").q).toBe("owner:melissa")
  })

  test("cannot be broken out of by a value", () => {
    expect(asked("x", { agent: 'a" tool:"rm' }).q).toBe('agent:"a tool:rm" x')
  })
})
