import { describe, expect, test } from "vitest"
import {
  countsQuery,
  dayOf,
  facetValues,
  fromInstant,
  listQuery,
  matchesFilter,
  parseFilter,
  withFacet,
  withoutFacets,
  withTab,
} from "./list-filter"
import { sampleSession } from "./session.samples"

const now = Date.parse("2026-11-20T14:25:36.000Z")

describe("the address", () => {
  test("holds the tab and every facet, lists by comma", () => {
    const filter = parseFilter({
      tab: "chats",
      status: "failed,running",
      agent: "agent_1",
      from: "7d",
    })
    expect(filter).toMatchObject({ tab: "chats", from: "7d" })
    expect(filter.lists).toMatchObject({
      status: ["failed", "running"],
      agent: ["agent_1"],
      tool: [],
    })
  })

  test("falls back to the whole list for a tab that does not exist", () => {
    expect(parseFilter({ tab: "nonsense" }).tab).toBe("all")
  })

  test("keeps parameters it does not know", () => {
    const search = { tab: "chats", newer: "thing", status: "failed" }
    expect(withTab(search, "all")).toEqual({ newer: "thing", status: "failed" })
    expect(withFacet(search, "status", [])).toEqual({ tab: "chats", newer: "thing" })
    expect(withoutFacets(search)).toEqual({ tab: "chats", newer: "thing" })
  })
})

describe("the query", () => {
  test("asks for the stored states behind a status and for every value of a facet", () => {
    const filter = parseFilter({
      status: "failed",
      channel: "slack,web",
      tool: "github",
      agent: "agent_1",
    })
    expect(listQuery(filter, now)).toEqual([
      ["state[]", "failed"],
      ["state[]", "timed_out"],
      ["agent_id[]", "agent_1"],
      ["channel[]", "slack"],
      ["channel[]", "web"],
      ["connectors[]", "github"],
    ])
  })

  test("lets the tab decide what it stands for", () => {
    expect(listQuery(parseFilter({ tab: "needs-you" }), now)).toContainEqual(["attention", "true"])
    expect(listQuery(parseFilter({ tab: "active" }), now)).toContainEqual(["active", "true"])
    expect(listQuery(parseFilter({ tab: "archived" }), now)).toContainEqual(["archived", "true"])
    const tasks = listQuery(parseFilter({ tab: "tasks", kind: "chat" }), now)
    expect(tasks.filter(([name]) => name === "kind[]")).toEqual([["kind[]", "background_task"]])
  })

  test("counts every tab under the same filter, and the facets under the open one", () => {
    const query = countsQuery(parseFilter({ tab: "chats", channel: "slack" }), now)
    expect(query).toEqual([
      ["tab", "chats"],
      ["channel[]", "slack"],
    ])
    const archive = countsQuery(parseFilter({ archived: "1", kind: "chat" }), now)
    expect(archive).toEqual([
      ["include_archived", "true"],
      ["kind[]", "chat"],
    ])
  })

  test("takes flows and automations apart (S2 tabs)", () => {
    const kinds = (tab: string) =>
      listQuery(parseFilter({ tab }), now).filter(([name]) => name === "kind[]")
    expect(kinds("flows")).toEqual([
      ["kind[]", "flow_run"],
      ["kind[]", "automation_run"],
    ])
    expect(kinds("automations")).toEqual([["kind[]", "automation_run"]])
  })

  test("holds a span of days with its last day inside", () => {
    const search = withFacet({}, "date", ["2026-11-01..2026-11-05"])
    expect(search).toEqual({ from: "2026-11-01", to: "2026-11-05" })
    const filter = parseFilter(search)
    expect(facetValues(filter, "date")).toEqual(["2026-11-01..2026-11-05"])
    const ends = new Map(listQuery(filter, now))
    const days =
      (Date.parse(ends.get("updated_at[lt]") ?? "") -
        Date.parse(ends.get("updated_at[gte]") ?? "")) /
      86_400_000
    expect(days).toBe(5)
    expect(dayOf(ends.get("updated_at[lt]") ?? "", -1)).toBe("2026-11-05")
    expect(withFacet(search, "date", [])).toEqual({})
  })

  test("asks for the least cost in dollars", () => {
    expect(listQuery(parseFilter({ cost: "5" }), now)).toEqual([["cost_min", "5"]])
  })

  test("asks every page of a list for the same span of time", () => {
    expect(fromInstant("24h", now)).toBe(fromInstant("24h", now + 60_000))
    expect(fromInstant("7d", now)).toBe(fromInstant("7d", now + 3_600_000))
    expect(fromInstant("sometime", now)).toBeNull()
  })
})

describe("a row that arrives by the stream", () => {
  const matches = (search: Record<string, string>, changes = {}) =>
    matchesFilter(sampleSession(changes), parseFilter(search), now)

  test("belongs to the list whose filter it meets", () => {
    expect(matches({})).toBe(true)
    expect(matches({ status: "idle", channel: "web", agent: "agent_1" })).toBe(true)
    expect(matches({ status: "failed" })).toBe(false)
    expect(matches({ agent: "agent_2" })).toBe(false)
    expect(matches({ tool: "github,slack" }, { connectors: ["slack"] })).toBe(true)
    expect(matches({ tool: "github" }, { connectors: ["slack"] })).toBe(false)
  })

  test("is in the archive or out of it", () => {
    const archived = { archived_at: "2026-11-20T14:00:00.000Z" }
    expect(matches({}, archived)).toBe(false)
    expect(matches({ tab: "archived" }, archived)).toBe(true)
    expect(matches({ tab: "archived" })).toBe(false)
  })

  test("stands among the others where the archive is shown too", () => {
    const archived = { archived_at: "2026-11-20T14:00:00.000Z" }
    expect(matches({ archived: "1" }, archived)).toBe(true)
    expect(matches({ archived: "1" })).toBe(true)
  })

  test("is judged by its tags, its cost and what it has", () => {
    expect(matches({ tag: "nightly" }, { tags: ["demo", "nightly"] })).toBe(true)
    expect(matches({ tag: "nightly" }, { tags: ["demo"] })).toBe(false)
    expect(matches({ cost: "1" }, { cost_micros: 1_000_000 })).toBe(true)
    expect(matches({ cost: "1" }, { cost_micros: 999_999 })).toBe(false)
    expect(matches({ cost: "0" }, { cost_micros: null })).toBe(false)
    expect(matches({ has: "error" }, { error_count: 2 })).toBe(true)
    expect(matches({ has: "error" })).toBe(false)
    expect(matches({ has: "edits" }, { tools: ["Edit"] })).toBe(true)
  })

  test("is never a sub-agent's", () => {
    expect(matches({}, { parent_id: "sesn_0" })).toBe(false)
  })

  test("that is older than the chosen span stays out", () => {
    expect(matches({ from: "24h" }, { updated_at: "2026-11-18T14:00:00.000Z" })).toBe(false)
  })
})
