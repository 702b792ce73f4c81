import { useInfiniteQuery, useQuery } from "@tanstack/react-query"
import { useMemo } from "react"
import { type CenterSection, centerPages } from "../../api/queries/command-center"
import { me } from "../../api/queries/workspace"
import { rowStore } from "../../api/row-store"
import { fromInstant } from "../../domain/list-filter"
import type { Session } from "../../domain/session"
import { usePreference, writePreference } from "../../ui/preference"
import { currentTime, useTimed } from "../../ui/ticker"
import { useOrderVersion } from "../session-facts"
import { centerSections, type Sections } from "./sections"

const WHOSE = "hansard.center.whose"

export interface Center {
  sections: Sections
  /** Sections whose list goes on beyond what is loaded. */
  more: Record<CenterSection, boolean>
  status: "loading" | "failed" | "ready"
  error: Error | null
  retry: () => void
  /** Null where nobody in particular is signed in: then nothing is "mine". */
  whose: { mine: boolean; choose: (mine: boolean) => void } | null
}

/** Pages of ids from the server, rows from the live store: what moved since is judged here. */
export function useCenter(): Center {
  const user = useQuery(me).data?.user ?? null
  const mine = usePreference(WHOSE) === "mine" && user !== null
  const owner = mine && user ? user.id : null
  // A section loses what grew too old without anything being sent.
  const minute = useTimed((now) => String(Math.floor(now / 60_000)))
  const day = useTimed((now) => fromInstant("24h", now) ?? "")
  const version = useOrderVersion()

  const attention = useInfiniteQuery(centerPages("attention", owner, day))
  const active = useInfiniteQuery(centerPages("active", owner, day))
  const recent = useInfiniteQuery(centerPages("recent", owner, day))
  const all = [attention, active, recent]

  // biome-ignore lint/correctness/useExhaustiveDependencies: store and clock moved
  const sections = useMemo(() => {
    const ids = all.flatMap(({ data }) => data?.pages.flatMap((page) => page.ids) ?? [])
    return centerSections(rowsOf(ids), { now: currentTime(), owner })
  }, [attention.data, active.data, recent.data, owner, version, minute])

  const error = all.find((query) => query.error && !query.data)?.error ?? null
  return {
    sections,
    more: {
      attention: attention.hasNextPage,
      active: active.hasNextPage,
      recent: recent.hasNextPage,
    },
    status: all.every(({ data }) => data) ? "ready" : error ? "failed" : "loading",
    error,
    retry: () => {
      for (const query of all) void query.refetch()
    },
    whose: user ? { mine, choose: (next) => writePreference(WHOSE, next ? "mine" : null) } : null,
  }
}

function rowsOf(ids: readonly string[]): Session[] {
  const known = new Set([...ids, ...rowStore.patched()])
  return [...known].flatMap((id) => (rowStore.isRemoved(id) ? [] : (rowStore.get(id) ?? [])))
}
