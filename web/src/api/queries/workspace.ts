import { queryOptions } from "@tanstack/react-query"
import { request } from "../client"
import type { Answer, ImportSource } from "../types"

export const me = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => request<Answer<"caller.me">>("GET", "/me", { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})

export const agents = queryOptions({
  queryKey: ["agents"],
  queryFn: async ({ signal }) =>
    (await request<Answer<"agent.list">>("GET", "/agents", { query: [["limit", "100"]], signal }))
      .data,
  staleTime: 60_000,
})

const WATCH_MS = 1000
const atWork = (sources: ImportSource[]) =>
  sources.some((source) => source.state === "scanning" || source.state === "importing")

/** Import sources; asked again only while one of them is at work. */
export const imports = queryOptions({
  queryKey: ["imports"],
  queryFn: async ({ signal }) =>
    (await request<Answer<"import.list">>("GET", "/imports", { signal })).data,
  // An import may have been started from the command line meanwhile.
  refetchOnWindowFocus: true,
  refetchInterval: ({ state }) => (state.data && atWork(state.data) ? WATCH_MS : false),
})
