import { queryOptions } from "@tanstack/react-query"
import type { Query } from "../../domain/list-filter"
import { request } from "../client"
import type { Answer } from "../types"

export const COUNTS_KEY = ["sessions", "facets"] as const

/** What each tab and each value of a facet would show; read again when rows say so, by no clock. */
export function listCounts(query: Query) {
  return queryOptions({
    queryKey: [...COUNTS_KEY, query],
    queryFn: ({ signal }) =>
      request<Answer<"session.facets">>("GET", "/sessions/facets", { query, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export const TAB_COUNTS_KEY = ["sessions", "tab-counts"] as const

/** Only the tabs of a filter, for a number beside a name: one facet is counted instead of all. */
export function tabCounts(query: Query) {
  return queryOptions({
    queryKey: [...TAB_COUNTS_KEY, query],
    queryFn: ({ signal }) =>
      request<Answer<"session.facets">>("GET", "/sessions/facets", {
        query: [...query, ["facet", "kind"]],
        signal,
      }),
    staleTime: Number.POSITIVE_INFINITY,
  })
}
