import type { ReactNode, RefObject } from "react"
import type { Mark } from "../../domain/detail"
import type { Session } from "../../domain/session"
import type { Filter } from "../../domain/transcript-filter"
import type { Earlier } from "./older-events"
import type { Target } from "./use-target"

export interface TranscriptProps {
  session: Session
  /** Where to begin, or to go. */
  target: Target | null
  filter?: Filter
  onFilter?: (filter: Filter) => void
  /** The seq up to which it is shown, with the row as it was there; null is now. */
  at?: number | null
  past?: Session | null
  /** What was before a reset, too. */
  all?: boolean
  onAll?: () => void
  /** What is looked for, to be marked. */
  find?: string
  /** Told the seq that is at the top of the view. */
  place?: RefObject<number>
  earlier?: Earlier | null
  /** What comes after the replayed event. */
  later?: readonly Mark[]
  /** Stands below the column and does not scroll. */
  floor?: ReactNode
}
