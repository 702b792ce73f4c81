import { useSyncExternalStore } from "react"
import { rowStore } from "../../api/row-store"
import type { Session } from "../../domain/session"

const never = () => () => {}

/** Whether the session was deleted while it is open here. */
export function useDeleted(id: string | undefined): boolean {
  return useSyncExternalStore(
    id ? (listener) => rowStore.subscribeRow(id, listener) : never,
    () => id !== undefined && rowStore.isRemoved(id),
  )
}

/** A session as it was read, with what the stream brought since. */
export function useLiveSession(read: Session | undefined): Session | undefined {
  const id = read?.id
  const row = useSyncExternalStore(
    id ? (listener) => rowStore.subscribeRow(id, listener) : never,
    () => (id ? rowStore.get(id) : undefined),
  )
  return row && read && row.pos >= read.pos ? row : read
}
