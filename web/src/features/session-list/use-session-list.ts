import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query"
import { useEffect, useMemo, useRef, useState } from "react"
import { onResync } from "../../api/live"
import { type IdPage, sessionPages } from "../../api/queries/sessions"
import { rowStore } from "../../api/row-store"
import { type ListFilter, listQuery, matchesFilter, type Query } from "../../domain/list-filter"
import { hasSections, type Order, orderSessions } from "../../domain/list-order"
import { placed, type Sort, sortWord } from "../../domain/list-sort"
import type { Session } from "../../domain/session"
import { currentTime } from "../../ui/ticker"
import { useOrderVersion } from "../session-facts"
import { createHeldOrder } from "./held-order"

export interface SessionList {
  order: Order
  /** Rows that would move, come or go if the order were not held. */
  waiting: number
  apply: () => void
  status: "loading" | "cancelled" | "failed" | "ready"
  error: Error | null
  /** More than one page was there when the list was first read. */
  long: boolean
  /** When the oldest of the shown pages was read. */
  readAt: number
  more: { has: boolean; loading: boolean; failed: boolean; load: () => void }
  /** The rows of another order, while those of the wanted one are read. */
  stale: boolean
  /** Ids of the pages that were read. */
  paged: ReadonlySet<string>
  /** What was asked for, without its order. */
  query: Query
  refresh: () => void
  cancel: () => void
}

/** A filtered list: pages of ids from the cache, rows from the store, order held on demand. */
export function useSessionList(
  filter: ListFilter,
  sort: Sort | null,
  held: boolean,
  enabled: boolean,
): SessionList {
  const client = useQueryClient()
  const query = useMemo(() => listQuery(filter, currentTime()), [filter])
  const word = sortWord(sort)
  const asked = useMemo((): Query => [["sort", word], ...query], [word, query])
  const pages = useInfiniteQuery({
    ...sessionPages(asked),
    enabled,
    // Another order of the same rows: they stay until it is there.
    placeholderData: (before, of) =>
      sameBesideSort(of?.queryKey[2] as Query | undefined, asked) ? before : undefined,
  })
  const version = useOrderVersion()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list holds another order
  const heldOrder = useMemo(createHeldOrder, [asked])
  const last = useRef<Order>([])

  // The stream lost its place: what is on screen has to be read again.
  useEffect(
    () => onResync(() => void client.invalidateQueries({ queryKey: ["sessions"] })),
    [client],
  )

  const stale = pages.isPlaceholderData
  const paged = useMemo(() => idsOfPages(pages.data?.pages), [pages.data])
  const hasMore = pages.hasNextPage
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` says that the store changed
  const wanted = useMemo(
    () => wantedOrder(filter, sort, paged, hasMore),
    [paged, filter, sort, hasMore, version],
  )
  const ask = { held, paged, own: rowStore.ownVersion() }
  const nothing = { order: [], waiting: 0 }
  const kept = { order: last.current, waiting: 0 }
  const shown = !pages.data ? nothing : stale ? kept : heldOrder.show(wanted, ask)
  last.current = shown.order
  const [, render] = useState(0)

  return {
    ...shown,
    stale,
    apply: () => {
      heldOrder.release()
      render((count) => count + 1)
    },
    status: statusOf(pages),
    error: pages.error,
    long: Boolean(pages.data?.pages[0]?.next),
    readAt: pages.dataUpdatedAt,
    more: {
      has: hasMore,
      loading: pages.isFetchingNextPage || stale,
      failed: pages.isFetchNextPageError,
      load: () => void pages.fetchNextPage(),
    },
    paged,
    query,
    refresh: () => void client.invalidateQueries({ queryKey: ["sessions"] }),
    cancel: () => void client.cancelQueries({ queryKey: ["sessions", "list", asked] }),
  }
}

/** The first pair is the order. */
function sameBesideSort(before: Query | undefined, asked: Query): boolean {
  return before !== undefined && JSON.stringify(before.slice(1)) === JSON.stringify(asked.slice(1))
}

function wantedOrder(
  filter: ListFilter,
  sort: Sort | null,
  paged: ReadonlySet<string>,
  hasMore: boolean,
): Order {
  if (!sort) {
    const byWaiting = filter.tab === "needs-you"
    return orderSessions(shownRows(paged, filter), { sections: hasSections(filter.tab), byWaiting })
  }
  const patched = rowStore.patched()
  const rows = shownRows(paged, filter)
  const found = placed(sort, {
    paged: rows.filter((row) => !patched.has(row.id)),
    moved: rows.filter((row) => patched.has(row.id)),
    hasMore,
  })
  return found.length > 0 ? [{ id: "all", ids: found.map((row) => row.id) }] : []
}

function idsOfPages(pages: IdPage[] | undefined): ReadonlySet<string> {
  return new Set(pages?.flatMap((page) => page.ids))
}

/** Rows of the pages, as the server chose them; once patched, a row is judged here. */
function shownRows(paged: ReadonlySet<string>, filter: ListFilter): Session[] {
  const patched = rowStore.patched()
  const now = currentTime()
  const rows: Session[] = []
  for (const id of new Set([...paged, ...patched])) {
    const row = rowStore.get(id)
    if (!row || rowStore.isRemoved(id)) continue
    if (!patched.has(id) || matchesFilter(row, filter, now)) rows.push(row)
  }
  return rows
}

function statusOf(pages: { data: unknown; error: unknown; fetchStatus: string }) {
  if (pages.data) return "ready"
  if (pages.error) return "failed"
  return pages.fetchStatus === "idle" ? "cancelled" : "loading"
}
