import { useQueryClient } from "@tanstack/react-query"
import { useEffect, useRef } from "react"
import type { LiveState } from "../../api/live"
import { me } from "../../api/queries/workspace"
import { shellWords } from "../../domain/words/shell"
import { announce } from "./announcer"

/** After a lost connection: say that it is back, read what failed, and ask whether the server is still the same. */
export function useBackLive(phase: LiveState["phase"]): void {
  const client = useQueryClient()
  const lost = useRef(false)
  useEffect(() => {
    if (phase === "waiting") lost.current = true
    if (phase !== "live" || !lost.current) return
    lost.current = false
    announce(shellWords.connection.back)
    void client.invalidateQueries({ queryKey: me.queryKey })
    // What failed meanwhile is asked for again, without anybody having to.
    void client.refetchQueries({ type: "active", predicate: ({ state }) => state.error !== null })
  }, [phase, client])
}
