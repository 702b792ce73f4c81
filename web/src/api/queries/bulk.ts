import { queryOptions } from "@tanstack/react-query"
import type { Query, Tab } from "../../domain/list-filter"
import { request } from "../client"
import type { Answer, Schema } from "../types"

/** A job of the server: one act on many sessions, each once. */
export type BulkOperation = Schema<"BulkOperation"> &
  Partial<Pick<Schema<"WatchedBulk">, "errors" | "more_errors">>
export type BulkAction = BulkOperation["action"]
export type BulkFailure = Schema<"BulkFailure">

/** Which sessions: by name, or all that a filter finds when the job begins. */
export type Target =
  | { session_ids: string[]; expected_total: number }
  | { filter: Record<string, unknown>; expected_total: number }

const FLAGS = new Set(["attention", "active", "archived", "include_archived", "include_children"])

/** The list's query string as the filter of a request's body. */
export function filterBody(query: Query): Record<string, unknown> {
  const body: Record<string, unknown> = {}
  for (const [name, value] of query) {
    if (name === "sort") continue
    if (FLAGS.has(name)) body[name] = value === "true"
    else if (name.endsWith("[]")) {
      const plain = name.slice(0, -2)
      body[plain] = [...((body[plain] as string[] | undefined) ?? []), value]
    } else body[name] = value
  }
  return body
}

export function startBulk(
  action: BulkAction,
  target: Target,
  args: Record<string, unknown> = {},
): Promise<BulkOperation> {
  return request("POST", "/bulk_operations", { body: { action, arguments: args, ...target } })
}

export function cancelBulk(id: string): Promise<BulkOperation> {
  return request("POST", `/bulk_operations/${encodeURIComponent(id)}/cancel`, { body: {} })
}

const WATCH_MS = 700
export const isUnderWay = (job: BulkOperation) => job.state === "queued" || job.state === "running"

/** How far a job is; asked again only while it is at work. */
export function bulkOperation(id: string | null) {
  return queryOptions({
    queryKey: ["bulk", id],
    queryFn: ({ signal }) =>
      request<Answer<"bulk.retrieve">>("GET", `/bulk_operations/${encodeURIComponent(id ?? "")}`, {
        signal,
      }),
    enabled: id !== null,
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data && isUnderWay(state.data) ? WATCH_MS : false),
  })
}

/** How many sessions a filter finds; `exact` is false where counting stopped. */
export function matchingCount(tab: Tab, query: Query) {
  return queryOptions({
    queryKey: ["sessions", "matching", tab, query],
    queryFn: async ({ signal }) => {
      const asked: Query = [...query.filter(([name]) => name !== "sort"), ["tab", tab]]
      const one: Query = [...asked, ["facet[]", "kind"]]
      const path = "/sessions/facets"
      const found = await request<Answer<"session.facets">>("GET", path, { query: one, signal })
      const counted = found.tabs.find((entry) => entry.value === tab)
      return { count: counted?.count ?? 0, exact: counted?.more === false }
    },
    staleTime: 0,
  })
}

const MOST = 10_000

/** The exact number, by walking the list; null when it is more than one job takes. */
export async function countMatching(query: Query): Promise<number | null> {
  let count = 0
  let page: string | null = null
  const plain = query.filter(([name]) => name !== "sort")
  do {
    const asked: Query = [...plain, ["limit", "1000"], ...(page ? [["page", page]] : [])] as Query
    const answer: Answer<"session.list"> = await request("GET", "/sessions", { query: asked })
    count += answer.data.length
    page = answer.next_page
  } while (page !== null && count <= MOST)
  return count > MOST ? null : count
}
