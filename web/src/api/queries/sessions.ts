import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query"
import type { Query } from "../../domain/list-filter"
import { ApiError, request } from "../client"
import { startLive } from "../live"
import { rowStore } from "../row-store"
import type { Answer } from "../types"

const PAGE_SIZE = "50"

/** A page in the cache is ids only; the rows live in the row store. */
export interface IdPage {
  ids: string[]
  next: string | null
  at: number
}

/**
 * Starts the stream after what was read. Where the server refused to answer there is a connection
 * all the same, and it is shown as it is; a stranger is sent to sign in instead.
 */
async function thenLive<T>(
  reading: Promise<T>,
  cursorOf: (value: T) => number | null | undefined,
): Promise<T> {
  try {
    const value = await reading
    startLive(cursorOf(value))
    return value
  } catch (error) {
    if (error instanceof ApiError && error.status !== 401) startLive(null)
    throw error
  }
}

async function readPage(query: Query, signal: AbortSignal): Promise<IdPage> {
  const reading = request<Answer<"session.list">>("GET", "/sessions", { query, signal })
  const page = await thenLive(reading, ({ cursor }) => cursor)
  rowStore.merge(page.data)
  return { ids: page.data.map((row) => row.id), next: page.next_page, at: Date.now() }
}

export function sessionPages(query: Query) {
  return infiniteQueryOptions({
    queryKey: ["sessions", "list", query],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const page: Query = pageParam === null ? [] : [["page", pageParam]]
      return readPage([...query, ["limit", PAGE_SIZE], ...page], signal)
    },
    getNextPageParam: (last) => last.next,
  })
}

/** One session by id or key; a key is looked up first. */
export function sessionDetail(idOrKey: string) {
  return queryOptions({
    queryKey: ["sessions", "detail", idOrKey],
    queryFn: async ({ signal }) => {
      const session = await thenLive(readSession(idOrKey, signal), () => null)
      rowStore.merge([session])
      return session
    },
  })
}

async function readSession(idOrKey: string, signal: AbortSignal) {
  const id = await sessionId(idOrKey, signal)
  const path = `/sessions/${encodeURIComponent(id)}`
  return request<Answer<"session.retrieve">>("GET", path, { signal })
}

async function sessionId(idOrKey: string, signal: AbortSignal): Promise<string> {
  if (idOrKey.startsWith("sesn_")) return idOrKey
  const query: Query = [["key", idOrKey]]
  const path = "/sessions/resolve"
  return (await request<Answer<"session.resolve">>("GET", path, { query, signal })).id
}

/** Sub-agent sessions started by a session, newest activity first. */
export function childSessions(parentId: string, count: number) {
  return queryOptions({
    queryKey: ["sessions", "children", parentId, count],
    queryFn: async ({ signal }) => {
      const query: Query = [
        ["parent_id", parentId],
        ["limit", "100"],
      ]
      const page = await request<Answer<"session.list">>("GET", "/sessions", { query, signal })
      rowStore.merge(page.data)
      return page.data
    },
    enabled: count > 0,
  })
}
