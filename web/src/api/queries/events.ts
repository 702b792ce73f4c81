import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query"
import type { Query } from "../../domain/list-filter"
import { request } from "../client"
import type { Answer } from "../types"

const FIRST_SIZE = "200"
const NEXT_SIZE = "500"

export interface LogPart {
  /** With the source's own records. */
  raw?: boolean
  /** What was before a reset, too. */
  all?: boolean
  /** Down from this seq, which is included; else from the newest. */
  upTo?: number | null
}

/** A session's events, newest page first; the log never changes, so a page is never stale. */
export function eventPages(sessionId: string, { raw, all, upTo = null }: LogPart = {}) {
  return infiniteQueryOptions({
    queryKey: ["events", sessionId, raw ? "raw" : "plain", all ? "all" : "current", upTo],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const query: Query = [
        ["include", raw ? "hansard,raw" : "hansard"],
        ["order", "desc"],
        ["limit", pageParam === null ? FIRST_SIZE : NEXT_SIZE],
      ]
      if (all) query.push(["segments", "all"])
      if (upTo !== null) query.push(["before", String(upTo + 1)])
      if (pageParam !== null) query.push(["page", pageParam])
      const path = `/sessions/${encodeURIComponent(sessionId)}/events`
      return request<Answer<"session.events">>("GET", path, { query, signal })
    },
    getNextPageParam: (last) => last.next_page,
    staleTime: Number.POSITIVE_INFINITY,
    // While one steps through the past, what was read stays until the next block is there.
    ...(upTo === null ? {} : { placeholderData: keepPreviousData }),
  })
}

export function blobPath(sessionId: string, blobId: string): string {
  return `/sessions/${encodeURIComponent(sessionId)}/blobs/${encodeURIComponent(blobId)}`
}
