import { useQuery } from "@tanstack/react-query"
import { sessionAt } from "../../../api/queries/detail"
import { seqIn } from "../../../domain/replay"
import type { Session } from "../../../domain/session"
import { useSettled } from "../../../ui/settled"

export interface Replay {
  /** The position; null while the session is shown as it is. */
  at: number | null
  /** The same position, a moment later: what has to be asked from the server follows this one. */
  settled: number | null
  /** The row as it was at that position. */
  past: Session | null
}

const SETTLE_MS = 120

/** The replayed position of the address, and the session as it was there. */
export function useReplay(session: Session | undefined, text: string | undefined): Replay {
  const at = session ? seqIn(text, session.seq) : null
  const settled = useSettled(at, SETTLE_MS)
  const shown = at === null ? null : (settled ?? at)
  const { data } = useQuery({
    ...sessionAt(session?.id ?? "", shown ?? 1),
    enabled: session !== undefined && shown !== null,
  })
  return { at, settled: shown, past: at === null ? null : (data ?? null) }
}
