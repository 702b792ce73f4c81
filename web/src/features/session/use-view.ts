import {
  type QueryKey,
  type UseQueryOptions,
  type UseQueryResult,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query"
import { useEffect, useRef } from "react"

const EVERY_MS = 2000

/**
 * A view of a session that grows: read again when the log has grown, at most every two seconds,
 * and only while the tab that shows it is open. The past stays as it was read.
 */
export function useView<T, K extends QueryKey>(
  options: UseQueryOptions<T, Error, T, K>,
  seq: number,
  at: number | null,
): UseQueryResult<T> {
  const client = useQueryClient()
  const result = useQuery(options)
  const read = useRef(seq)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const latest = useRef(options.queryKey)
  useEffect(() => {
    latest.current = options.queryKey
  })
  useEffect(() => {
    if (at !== null || seq === read.current || timer.current) return
    timer.current = setTimeout(() => {
      timer.current = undefined
      read.current = seq
      void client.invalidateQueries({ queryKey: latest.current, exact: true })
    }, EVERY_MS)
  }, [client, seq, at])
  useEffect(() => () => clearTimeout(timer.current), [])
  return result
}
