import { useSyncExternalStore } from "react"
import { rowStore } from "../../api/row-store"
import type { Session } from "../../domain/session"

/** One row, waking only its reader. */
export function useSessionRow(id: string): Session | undefined {
  return useSyncExternalStore(
    (listener) => rowStore.subscribeRow(id, listener),
    () => rowStore.get(id),
  )
}

/** Grows, at most four times a second, when rows came, went or may stand elsewhere. */
export function useOrderVersion(): number {
  return useSyncExternalStore(rowStore.subscribeOrder, rowStore.orderVersion)
}
