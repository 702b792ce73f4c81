import { useSyncExternalStore } from "react"
import { type LiveState, liveState, subscribeLive } from "../../api/live"

/** How the workspace stream is doing. */
export function useLive(): LiveState {
  return useSyncExternalStore(subscribeLive, liveState)
}
