import { useEffect, useRef } from "react"
import type { Session } from "../../domain/session"
import { statusLook } from "../../domain/state-tone"
import { sessionWords } from "../../domain/words/session"
import { announce } from "../shell"

/** Says in one sentence that the status of the open session changed; the first one is on screen. */
export function useAnnouncedStatus(session: Session | undefined): void {
  const before = useRef<string | null>(null)
  const status = session?.display_status ?? null
  const label = session ? statusLook(session.display_status, session.tone).label : ""
  useEffect(() => {
    const was = before.current
    before.current = status
    if (was === null || status === null || was === status) return
    if (status === "running") announce(sessionWords.session.working)
    else if (was === "running" && status === "idle") announce(sessionWords.session.finished)
    else announce(sessionWords.session.status(label))
  }, [status, label])
}
