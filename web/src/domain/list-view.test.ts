import { describe, expect, test } from "vitest"
import { parseFilter, type Search } from "./list-filter"
import {
  atView,
  differs,
  filterBody,
  fixedDate,
  isOnlyView,
  type SavedView,
  unknownFilters,
  viewSearch,
} from "./list-view"

const now = Date.parse("2026-11-20T14:25:36.000Z")
const view = (changes: Partial<SavedView> = {}): SavedView => ({
  id: "view_1",
  name: "Mine",
  filters: {},
  columns: [],
  sort: "active_first",
  density: "comfortable",
  shared: false,
  built_in: false,
  own: true,
  ...changes,
})
const AUDIT = view({
  id: "view_audit",
  filters: { include_archived: true },
  columns: ["source", "type", "updated"],
  sort: "-updated_at",
  density: "compact",
})

describe("a saved view", () => {
  test("is an address that can be shared", () => {
    expect(viewSearch(AUDIT)).toEqual({
      view: "view_audit",
      archived: "1",
      sort: "-updated_at",
      cols: "source,type,updated",
      density: "compact",
    })
  })

  test("comes back from what the API keeps as the list it was saved from", () => {
    const lists: Search[] = [
      { tab: "needs-you" },
      { tab: "flows", channel: "slack,web" },
      { status: "queued,failed", agent: "agent_1,agent_2", tool: "github" },
      { from: "2026-11-01", to: "2026-11-05", tag: "nightly", cost: "5" },
      { tab: "archived" },
      { archived: "1", kind: "chat" },
    ]
    for (const search of lists) {
      const kept = view({ filters: filterBody(parseFilter(search), now) })
      const { view: _, density: _d, ...back } = viewSearch(kept)
      expect(parseFilter(back)).toEqual(
        // A filter by all kinds of a tab is that tab.
        parseFilter(search.kind === "chat" ? { archived: "1", tab: "chats" } : search),
      )
    }
  })

  test("keeps a moving span as the day at which it begins, and says so", () => {
    const filter = parseFilter({ from: "7d" })
    expect(fixedDate(filter, now)).toBe(viewSearch(view({ filters: filterBody(filter, now) })).from)
    expect(fixedDate(parseFilter({ from: "2026-11-01" }), now)).toBeNull()
  })

  test("takes the place of everything a view sets, and of nothing else", () => {
    const search = { q: "text", status: "failed", theme: "kept", cols: "cost" }
    expect(atView(search, AUDIT)).toEqual({ theme: "kept", ...viewSearch(AUDIT) })
  })

  test("that is only named is filled in", () => {
    expect(isOnlyView({ view: "view_1", theme: "kept" })).toBe(true)
    expect(isOnlyView({ view: "view_1", status: "failed" })).toBe(false)
    expect(isOnlyView({})).toBe(false)
  })

  test("says when what is shown is no longer what it keeps", () => {
    expect(differs(viewSearch(AUDIT), AUDIT)).toBe(false)
    expect(differs({ ...viewSearch(AUDIT), status: "failed" }, AUDIT)).toBe(true)
    expect(differs({ ...viewSearch(AUDIT), sort: "cost" }, AUDIT)).toBe(true)
  })

  test("names the filters that the page cannot show", () => {
    const filters = {
      kind: ["chat"],
      include_children: true,
      "created_at[gte]": "2026-01-01T00:00:00Z",
    }
    expect(unknownFilters(view({ filters }))).toEqual(["include_children", "created_at[gte]"])
  })
})
