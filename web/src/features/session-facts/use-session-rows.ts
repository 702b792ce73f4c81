import { useSyncExternalStore } from "react"
import { rowStore } from "../../api/row-store"
import type { Session } from "../../domain/session"

const never = () => () => {}
const following = (id: string | undefined) =>
  id ? (listener: () => void) => rowStore.subscribeRow(id, listener) : never

/** One row, waking only its reader. */
export function useSessionRow(id: string | undefined): Session | undefined {
  return useSyncExternalStore(following(id), () => (id ? rowStore.get(id) : undefined))
}

/** Whether a session was deleted while it is shown here. */
export function useDeleted(id: string | undefined): boolean {
  return useSyncExternalStore(following(id), () => id !== undefined && rowStore.isRemoved(id))
}

/** Grows, at most four times a second, when rows came, went or may stand elsewhere. */
export function useOrderVersion(): number {
  return useSyncExternalStore(rowStore.subscribeOrder, rowStore.orderVersion)
}
