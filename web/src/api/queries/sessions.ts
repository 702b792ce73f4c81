import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query"
import type { Query } from "../../domain/list-filter"
import { request } from "../client"
import { startLive } from "../live"
import { rowStore } from "../row-store"
import type { Page, Session } from "../types"

const PAGE_SIZE = "50"

/** A page in the cache is ids only; the rows live in the row store. */
export interface IdPage {
  ids: string[]
  next: string | null
  at: number
}

async function readPage(query: Query, signal: AbortSignal): Promise<IdPage> {
  const page = await request<Page<Session>>("GET", "/sessions", { query, signal })
  rowStore.merge(page.data)
  startLive(page.cursor)
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
      const id = await sessionId(idOrKey, signal)
      const path = `/sessions/${encodeURIComponent(id)}`
      const session = await request<Session>("GET", path, { signal })
      rowStore.merge([session])
      startLive(null)
      return session
    },
  })
}

async function sessionId(idOrKey: string, signal: AbortSignal): Promise<string> {
  if (idOrKey.startsWith("sesn_")) return idOrKey
  const query: Query = [["key", idOrKey]]
  return (await request<{ id: string }>("GET", "/sessions/resolve", { query, signal })).id
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
      const page = await request<Page<Session>>("GET", "/sessions", { query, signal })
      rowStore.merge(page.data)
      return page.data
    },
    enabled: count > 0,
  })
}
