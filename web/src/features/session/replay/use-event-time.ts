import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { eventsAfter, STEP_EVENTS } from "../../../api/queries/detail"
import type { Event } from "../../../domain/event"

/** Where the block of the log begins that holds a seq: stepping inside it asks for nothing. */
export const blockBefore = (seq: number) =>
  Math.max(0, Math.floor(seq / STEP_EVENTS) * STEP_EVENTS - 1)

/** The events around a seq, oldest first; undefined until they are read. */
export function useEventsAround(sessionId: string, seq: number): readonly Event[] | undefined {
  return useQuery(eventsAfter(sessionId, blockBefore(seq))).data
}

/** When the event at a seq happened; the last known time while that is read. */
export function useEventTime(sessionId: string, seq: number): string | null {
  const { data } = useQuery({
    ...eventsAfter(sessionId, blockBefore(seq)),
    placeholderData: keepPreviousData,
  })
  return data?.findLast((event) => event.seq <= seq)?.created_at ?? data?.[0]?.created_at ?? null
}
