import { infiniteQueryOptions } from "@tanstack/react-query"
import { ApiError, request } from "../client"
import { startLive } from "../live"
import type { Answer, Schema } from "../types"

const PAGE_SIZE = "30"

/** A session that a search found, and the event whose text was the hit. */
export type Hit = Schema<"Hit">
export type HitPage = Answer<"search.query">

/** A page that opens with a search follows the workspace as well, from where it stands then. */
async function thenFollow<T>(reading: Promise<T>): Promise<T> {
  try {
    const found = await reading
    startLive(null)
    return found
  } catch (error) {
    if (error instanceof ApiError && error.status !== 401) startLive(null)
    throw error
  }
}

/** Sessions by what was said in them and by their names: one hit for each. */
export function searchPages(q: string, archived: boolean) {
  return infiniteQueryOptions({
    queryKey: ["sessions", "search", q, archived],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const reading = request<HitPage>("GET", "/search", {
        query: [
          ["q", q],
          ["group", "true"],
          ["limit", PAGE_SIZE],
          ...(archived ? [["include_archived", "true"] as const] : []),
          ...(pageParam === null ? [] : [["page", pageParam] as const]),
        ],
        signal,
      })
      return thenFollow(reading)
    },
    getNextPageParam: (last) => last.next_page,
  })
}
