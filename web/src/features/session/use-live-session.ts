import { useSyncExternalStore } from "react"
import { rowStore } from "../../api/row-store"
import type { Session } from "../../domain/session"

const never = () => () => {}

/** A session as it was read, with what the stream brought since. */
export function useLiveSession(read: Session | undefined): Session | undefined {
  const id = read?.id
  const row = useSyncExternalStore(
    id ? (listener) => rowStore.subscribeRow(id, listener) : never,
    () => (id ? rowStore.get(id) : undefined),
  )
  return row && read && row.pos >= read.pos ? row : read
}
