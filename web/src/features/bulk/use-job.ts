import { useQuery } from "@tanstack/react-query"
import { useSyncExternalStore } from "react"
import { type BulkOperation, bulkOperation } from "../../api/queries/bulk"

/** The job this browser tab watches; it goes on at the server whoever looks. */
const NAME = "hansard.bulk"
const listeners = new Set<() => void>()

export function watchJob(id: string | null): void {
  if (id === null) sessionStorage.removeItem(NAME)
  else sessionStorage.setItem(NAME, id)
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export interface WatchedJob {
  id: string | null
  job: BulkOperation | null
  error: Error | null
}

export function useJob(): WatchedJob {
  const id = useSyncExternalStore(subscribe, () => sessionStorage.getItem(NAME))
  const { data, error } = useQuery(bulkOperation(id))
  return { id, job: id !== null && data ? data : null, error: id === null ? null : error }
}
