import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { useMemo } from "react"
import { COUNTS_KEY, listCounts, TAB_COUNTS_KEY } from "../../api/queries/facets"
import type { Counts } from "../../domain/list-counts"
import { countsQuery, type ListFilter } from "../../domain/list-filter"
import { currentTime } from "../../ui/ticker"
import type { Followed } from "../shell"

/** The counts on screen; numbers beside names of views are many, so they rest longer. */
export const COUNTS: Followed = [
  [COUNTS_KEY, 2000],
  [TAB_COUNTS_KEY, 10_000],
]

/**
 * Counts of tabs and facets. They are read again when a row says something else than before, at
 * most every two seconds, and only while somebody looks: nothing changes, nothing is asked (S1-9).
 */
export function useCounts(filter: ListFilter): Counts | undefined {
  const query = useMemo(() => countsQuery(filter, currentTime()), [filter])
  const { data } = useQuery({ ...listCounts(query), placeholderData: keepPreviousData })
  return data
}
