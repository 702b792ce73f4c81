import { useQueryClient } from "@tanstack/react-query"
import { useEffect, useRef } from "react"
import { rowStore } from "../../api/row-store"
import { createCountWatch } from "../../domain/list-counts"
import type { Session } from "../../domain/session"

/** What to read again: the beginning of query keys, and how long each rests after it was read. */
export type Followed = readonly (readonly [queryKey: readonly string[], restMs: number])[]

const NO_IDS: ReadonlySet<string> = new Set()

/**
 * Reads counts on screen again when rows moved between them, or were deleted; only while somebody
 * looks. `ids` are rows that were counted as they stand. `followed` is the same at every call.
 */
export function useFollowRows(followed: Followed, ids = NO_IDS): void {
  const client = useQueryClient()
  const watch = useRef(createCountWatch())
  const gone = useRef(new Set<string>())
  const look = useRef(() => {})

  useEffect(() => {
    const readings = followed.map(([queryKey, restMs]) =>
      reading(restMs, () => void client.refetchQueries({ queryKey, type: "active" })),
    )
    look.current = () => {
      const patched = rowStore.patched()
      const moved = watch.current.changed(rowsOf(patched))
      const left = [...patched].filter((id) => rowStore.isRemoved(id) && !gone.current.has(id))
      for (const id of left) gone.current.add(id)
      if (moved || left.length > 0) for (const one of readings) one.due()
    }
    const onVisible = () => {
      for (const one of readings) one.soon()
    }
    const stop = rowStore.subscribeOrder(() => look.current())
    document.addEventListener("visibilitychange", onVisible)
    return () => {
      stop()
      document.removeEventListener("visibilitychange", onVisible)
      for (const one of readings) one.stop()
    }
  }, [client, followed])

  useEffect(() => {
    look.current()
    watch.current.changed(rowsOf(ids))
  }, [ids])
}

interface Reading {
  /** Something changed. */
  due: () => void
  /** Read if something changed and somebody looks. */
  soon: () => void
  stop: () => void
}

function reading(restMs: number, read: () => void): Reading {
  let due = false
  let readAt = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const soon = () => {
    if (!due || timer !== undefined || document.hidden) return
    timer = setTimeout(
      () => {
        timer = undefined
        if (document.hidden) return
        due = false
        readAt = Date.now()
        read()
      },
      Math.max(0, readAt + restMs - Date.now()),
    )
  }
  return {
    due: () => {
      due = true
      soon()
    },
    soon,
    stop: () => clearTimeout(timer),
  }
}

function rowsOf(ids: ReadonlySet<string>): Session[] {
  return [...ids].flatMap((id) => rowStore.get(id) ?? [])
}
