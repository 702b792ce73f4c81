import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query"
import { type Hit, searchPages } from "../../api/queries/search"
import { useSettled } from "../../ui/settled"

const DEBOUNCE_MS = 200
const SHOWN = 8

export interface Hits {
  hits: Hit[]
  /** How many were found on the first page, and whether there are more. */
  count: number
  more: boolean
  searching: boolean
  error: Error | null
}

/** Sessions by what one types: their names and everything said in them. */
export function useHits(typed: string): Hits {
  const text = useSettled(typed.trim(), DEBOUNCE_MS)
  const query = useInfiniteQuery({
    ...searchPages(text, true),
    enabled: text !== "",
    placeholderData: keepPreviousData,
    retry: false,
  })
  const found = text === "" ? [] : (query.data?.pages[0]?.data ?? [])
  return {
    hits: found.slice(0, SHOWN),
    count: found.length,
    more: query.hasNextPage,
    searching: text !== "" && (query.isFetching || text !== typed.trim()),
    error: text === "" ? null : query.error,
  }
}
