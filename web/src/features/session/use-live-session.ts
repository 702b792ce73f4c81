import type { Session } from "../../domain/session"
import { useSessionRow } from "../session-facts"

/** A session as it was read, with what the stream brought since. */
export function useLiveSession(read: Session | undefined): Session | undefined {
  const row = useSessionRow(read?.id)
  return row && read && row.pos >= read.pos ? row : read
}
