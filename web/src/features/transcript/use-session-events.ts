import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query"
import { useMemo, useSyncExternalStore } from "react"
import { createEventTail, mergeEvents } from "../../api/event-tail"
import { eventPages, type LogPart } from "../../api/queries/events"
import type { Event } from "../../domain/event"

export interface SessionEvents {
  /** Oldest first, without gaps from the first loaded one to the newest. */
  events: readonly Event[]
  /** The newest page alone, as it was first read. */
  firstPage: readonly Event[] | null
  /** The session's first event is loaded. */
  complete: boolean
  older: { loading: boolean; failed: boolean; load: () => void }
  status: "loading" | "failed" | "ready"
  error: Error | null
  retry: () => void
}

const never = () => () => {}
const none: readonly Event[] = []

/** Events of a session: pages backwards from the newest, and what arrives while one looks. */
export function useSessionEvents(sessionId: string, part: LogPart = {}): SessionEvents {
  const client = useQueryClient()
  const options = eventPages(sessionId, part)
  const past = (part.upTo ?? null) !== null
  const pages = useInfiniteQuery(options)
  const firstPage = pages.data?.pages[0]?.data ?? null
  const newest = firstPage ? (firstPage[0]?.seq ?? 0) : null

  const tail = useMemo(() => {
    if (newest === null || past) return null
    const onResync = () => void client.resetQueries({ queryKey: ["events", sessionId] })
    return createEventTail({ sessionId, after: newest, onResync })
  }, [client, sessionId, newest, past])
  const arrived = useSyncExternalStore(tail?.subscribe ?? never, tail?.events ?? (() => none))

  const loaded = useMemo(
    () => pages.data?.pages.flatMap((page) => page.data).reverse() ?? none,
    [pages.data],
  )
  const events = useMemo(() => mergeEvents(loaded, arrived), [loaded, arrived])

  return {
    events,
    firstPage,
    complete: pages.data !== undefined && !pages.hasNextPage,
    older: {
      loading: pages.isFetchingNextPage,
      failed: pages.isFetchNextPageError,
      load: () => void pages.fetchNextPage(),
    },
    status: pages.data ? "ready" : pages.error ? "failed" : "loading",
    error: pages.error,
    retry: () => void pages.refetch(),
  }
}
