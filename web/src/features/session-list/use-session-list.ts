import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query"
import { useEffect, useMemo, useState } from "react"
import { onResync } from "../../api/live"
import { type IdPage, sessionPages } from "../../api/queries/sessions"
import { rowStore } from "../../api/row-store"
import {
  hasSections,
  type ListFilter,
  listQuery,
  matchesFilter,
  type Tab,
} from "../../domain/list-filter"
import { type Order, orderSessions } from "../../domain/list-order"
import type { Session } from "../../domain/session"
import { currentTime } from "../../ui/ticker"
import { createHeldOrder } from "./held-order"
import { useOrderVersion } from "./use-session-rows"

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
  /** How many need a person; exact once the list is read past them. */
  attention: { count: number; exact: boolean }
  refresh: () => void
  cancel: () => void
}

/** A filtered list: pages of ids from the cache, rows from the store, order held on demand. */
export function useSessionList(filter: ListFilter, held: boolean): SessionList {
  const client = useQueryClient()
  const query = useMemo(() => listQuery(filter, currentTime()), [filter])
  const pages = useInfiniteQuery(sessionPages(query))
  const sections = hasSections(filter)
  const version = useOrderVersion()
  const [heldOrder] = useState(createHeldOrder)

  // The stream lost its place: what is on screen has to be read again.
  useEffect(
    () => onResync(() => void client.invalidateQueries({ queryKey: ["sessions"] })),
    [client],
  )

  const paged = useMemo(() => idsOfPages(pages.data?.pages), [pages.data])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` says that the store changed
  const wanted = useMemo(
    () => orderSessions(shownRows(paged, filter), sections),
    [paged, filter, sections, version],
  )
  const ask = { held, paged, own: rowStore.ownVersion() }
  const shown = pages.data ? heldOrder.show(wanted, ask) : { order: [], waiting: 0 }
  const [, render] = useState(0)

  return {
    ...shown,
    apply: () => {
      heldOrder.release()
      render((count) => count + 1)
    },
    status: statusOf(pages),
    error: pages.error,
    long: Boolean(pages.data?.pages[0]?.next),
    readAt: pages.dataUpdatedAt,
    more: {
      has: pages.hasNextPage,
      loading: pages.isFetchingNextPage,
      failed: pages.isFetchNextPageError,
      load: () => void pages.fetchNextPage(),
    },
    attention: attentionOf(wanted, filter.tab, pages.hasNextPage),
    refresh: () => void client.invalidateQueries({ queryKey: ["sessions"] }),
    cancel: () => void client.cancelQueries({ queryKey: ["sessions", "list", query] }),
  }
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

function attentionOf(order: Order, tab: Tab, hasMore: boolean): SessionList["attention"] {
  const id = tab === "needs-you" ? "all" : "attention"
  const count = order.find((section) => section.id === id)?.ids.length ?? 0
  return { count, exact: !hasMore || order.length > 1 }
}
