import { infiniteQueryOptions } from "@tanstack/react-query"
import type { Event } from "../../domain/event"
import type { Query } from "../../domain/list-filter"
import { request } from "../client"
import type { Page } from "../types"

const FIRST_SIZE = "200"
const NEXT_SIZE = "500"

/** A session's events, newest page first; the log never changes, so a page is never stale. */
export function eventPages(sessionId: string, raw = false) {
  return infiniteQueryOptions({
    queryKey: ["events", sessionId, raw ? "raw" : "plain"],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const query: Query = [
        ["include", raw ? "hansard,raw" : "hansard"],
        ["order", "desc"],
        ["limit", pageParam === null ? FIRST_SIZE : NEXT_SIZE],
      ]
      if (pageParam !== null) query.push(["page", pageParam])
      const path = `/sessions/${encodeURIComponent(sessionId)}/events`
      return request<Page<Event>>("GET", path, { query, signal })
    },
    getNextPageParam: (last) => last.next_page,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function blobPath(sessionId: string, blobId: string): string {
  return `/sessions/${encodeURIComponent(sessionId)}/blobs/${encodeURIComponent(blobId)}`
}
