import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query"
import type { Query } from "../../domain/list-filter"
import { request } from "../client"
import type { Answer } from "../types"
import { sessionPages } from "./sessions"

/** How many sessions are active and how many need a person, over the whole workspace. */
export const liveTotals = queryOptions({
  queryKey: ["sessions", "totals"],
  queryFn: async ({ signal }) => {
    const query: Query = [["facet[]", "kind"]]
    const path = "/sessions/facets"
    const found = await request<Answer<"session.facets">>("GET", path, { query, signal })
    const of = (tab: string) => found.tabs.find(({ value }) => value === tab) ?? null
    return { active: of("active"), needsYou: of("needs-you") }
  },
  staleTime: Number.POSITIVE_INFINITY,
})

export type CenterSection = "attention" | "active" | "recent"

/** The sessions of one section, of one owner or of everybody. */
export function centerPages(section: CenterSection, owner: string | null, since: string) {
  const mine: Query = owner ? [["owner_id", owner]] : []
  const asked: Record<CenterSection, Query> = {
    attention: [
      ["sort", "active_first"],
      ["attention", "true"],
    ],
    active: [
      ["sort", "active_first"],
      ["active", "true"],
    ],
    recent: [
      ["sort", "-updated_at"],
      ["active", "false"],
      ["updated_at[gte]", since],
    ],
  }
  return infiniteQueryOptions(sessionPages([...asked[section], ...mine]))
}
