import { useQueryClient } from "@tanstack/react-query"
import { useEffect, useRef } from "react"
import type { LiveState } from "../../api/live"
import { me } from "../../api/queries/workspace"
import { words } from "../../domain/words"
import { announce } from "./announcer"

/** After a lost connection: say that it is back, and ask whether the server is still the same. */
export function useBackLive(phase: LiveState["phase"]): void {
  const client = useQueryClient()
  const lost = useRef(false)
  useEffect(() => {
    if (phase === "waiting") lost.current = true
    if (phase !== "live" || !lost.current) return
    lost.current = false
    announce(words.connection.back)
    void client.invalidateQueries({ queryKey: me.queryKey })
  }, [phase, client])
}
