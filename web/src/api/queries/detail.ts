import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query"
import { phraseOf } from "../../domain/hits"
import type { Query } from "../../domain/list-filter"
import { request } from "../client"
import type { Answer } from "../types"

type Events = Answer<"session.events">

const pathOf = (id: string, view = "") => `/sessions/${encodeURIComponent(id)}${view}`

/** A view of one session, now or at a seq; the past never changes, so it is read once. */
function viewOf<T>(id: string, view: string, at: number | null, extra: Query = []) {
  const query: Query = at === null ? extra : [...extra, ["at", String(at)]]
  return queryOptions({
    queryKey: ["detail", id, view, at, extra],
    queryFn: ({ signal }) => request<T>("GET", pathOf(id, view), { query, signal }),
    placeholderData: keepPreviousData,
    staleTime: at === null ? 0 : Number.POSITIVE_INFINITY,
  })
}

/** The row as it was at a seq. */
export const sessionAt = (id: string, at: number) => viewOf<Answer<"session.retrieve">>(id, "", at)

export const contextState = (id: string, at: number | null) =>
  viewOf<Answer<"session.context">>(id, "/context", at)

export const metricsOf = (id: string, at: number | null) =>
  viewOf<Answer<"session.metrics">>(id, "/metrics", at)

export const timelineOf = (id: string, at: number | null) =>
  viewOf<Answer<"session.timeline">>(id, "/timeline", at)

export const editsOf = (id: string, at: number | null) =>
  viewOf<Answer<"session.edits">>(id, "/edits", at)

const BUCKETS = 200

export const outlineOf = (id: string) =>
  viewOf<Answer<"session.outline">>(id, "/outline", null, [["buckets", String(BUCKETS)]])

const MOST_HITS = "1000"

/**
 * Every event of the session whose text matches, collapsed and unloaded ones too. Several words
 * are looked for as they were typed, and one by one where nothing says them so.
 */
export function findIn(id: string, text: string) {
  return queryOptions({
    queryKey: ["detail", id, "/find", text],
    queryFn: async ({ signal }) => {
      const find = async (sought: string) => {
        const query: Query = [
          ["query", sought],
          ["limit", MOST_HITS],
        ]
        const path = pathOf(id, "/find")
        const found = await request<Answer<"session.find">>("GET", path, { query, signal })
        return { ...found, sought }
      }
      const phrase = phraseOf(text)
      const exact = phrase === null ? null : await find(phrase)
      return exact && exact.total > 0 ? exact : find(text)
    },
    placeholderData: keepPreviousData,
    enabled: text !== "",
  })
}

export function verification(id: string) {
  return queryOptions({
    queryKey: ["detail", id, "/verify"],
    queryFn: async ({ signal }) => ({
      ...(await request<Answer<"session.verify">>("GET", pathOf(id, "/verify"), { signal })),
      checkedAt: new Date().toISOString(),
    }),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function auditPages(id: string) {
  return infiniteQueryOptions({
    queryKey: ["detail", id, "/audit"],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const query: Query = pageParam === null ? [] : [["page", pageParam]]
      return request<Answer<"session.audit">>("GET", pathOf(id, "/audit"), { query, signal })
    },
    getNextPageParam: (last) => last.next_page,
  })
}

const EDITS_MS = 3_000

/** Whether a file was edited up to `seq`; asked again, while none was, when the session goes on. */
export function hasEdits(id: string, seq: number) {
  const query: Query = [
    ["types", "file.edited"],
    ["order", "desc"],
    ["limit", "1"],
    ["segments", "all"],
    ["include", "hansard"],
  ]
  return queryOptions({
    queryKey: ["detail", id, "has edits"],
    queryFn: async ({ signal }) => {
      const page = await request<Events>("GET", pathOf(id, "/events"), { query, signal })
      return { found: page.data.length > 0, seq }
    },
    refetchInterval: ({ state: { data } }) =>
      data && !data.found && data.seq < seq ? EDITS_MS : false,
  })
}

/** The newest events of a session, oldest first: for a sub-agent shown where it was started. */
export function lastEvents(id: string, count: number) {
  const query: Query = [
    ["include", "hansard"],
    ["order", "desc"],
    ["limit", String(count)],
  ]
  return queryOptions({
    queryKey: ["detail", id, "last events", count],
    queryFn: async ({ signal }) => {
      const page = await request<Events>("GET", pathOf(id, "/events"), { query, signal })
      return { events: page.data.reverse(), complete: page.next_page === null }
    },
  })
}

export const STEP_EVENTS = 200

/** Times of the events after a seq, oldest first: what a replay plays. */
export function eventsAfter(id: string, after: number) {
  const query: Query = [
    ["include", "hansard"],
    ["order", "asc"],
    ["after", String(after)],
    ["limit", String(STEP_EVENTS)],
    ["segments", "all"],
  ]
  return queryOptions({
    queryKey: ["detail", id, "events after", after],
    queryFn: async ({ signal }) =>
      (await request<Events>("GET", pathOf(id, "/events"), { query, signal })).data,
    // A full block never changes; the last one grows.
    staleTime: ({ state }) =>
      state.data?.length === STEP_EVENTS ? Number.POSITIVE_INFINITY : 2000,
  })
}
