import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query"
import { useMemo } from "react"
import { ApiError } from "../../api/client"
import { type Hit, type HitPage, searchPages } from "../../api/queries/search"
import { me } from "../../api/queries/workspace"
import type { Facet, ListFilter } from "../../domain/list-filter"
import { searchAsked } from "../../domain/list-search"
import { currentTime } from "../../ui/ticker"

export interface SessionSearch {
  /** What was typed; empty when nobody searches. */
  text: string
  hits: Hit[]
  status: "loading" | "failed" | "ready"
  /** The hits of what was typed before. */
  stale: boolean
  error: Error | null
  /** What does not read in what was typed, in the server's words. */
  problem: string | null
  /** Facets that are set but do not narrow a search. */
  ignored: Facet[]
  excluded: HitPage["excluded"]
  complete: boolean
  more: { has: boolean; loading: boolean; failed: boolean; load: () => void }
  retry: () => void
}

/** The hits of a search in everything that was said; each in its session's name. */
export function useSearch(text: string, filter: ListFilter): SessionSearch {
  const typed = text.trim()
  const mine = useQuery(me).data?.user?.id ?? null
  const asked = useMemo(
    () => searchAsked(text, filter, { now: currentTime(), mine }),
    [text, filter, mine],
  )
  const pages = useInfiniteQuery({
    ...searchPages(asked.q, asked.archived),
    enabled: typed !== "",
    placeholderData: keepPreviousData,
  })
  const all = pages.data?.pages ?? []
  const unreadable = pages.error instanceof ApiError && pages.error.status === 400
  return {
    text: typed,
    hits: all.flatMap((page) => page.data),
    status: pages.data ? "ready" : pages.error ? "failed" : "loading",
    stale: pages.isPlaceholderData,
    error: pages.error,
    problem: unreadable ? withoutName(pages.error?.message ?? "") : null,
    ignored: asked.ignored,
    excluded: all.at(-1)?.excluded ?? [],
    complete: all.every((page) => page.complete),
    more: {
      has: pages.hasNextPage,
      loading: pages.isFetchingNextPage,
      failed: pages.isFetchNextPageError,
      load: () => void pages.fetchNextPage(),
    },
    retry: () => void pages.refetch(),
  }
}

/** The field has its name already: the parameter's is left out. */
function withoutName(message: string): string {
  return message.replace(/^q: /, "")
}
