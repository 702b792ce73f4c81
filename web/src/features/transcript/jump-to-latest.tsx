import { ArrowDown } from "lucide-react"
import type { Entry } from "../../domain/fold-transcript"
import { transcriptWords } from "../../domain/words/transcript"
import type { Follow } from "./use-follow"

interface Props {
  follow: Follow
  entries: readonly Entry[]
}

/** Away from the end: the way back, and how much has come since. */
export function JumpToLatest({ follow, entries }: Props) {
  if (follow.atEnd) return null
  const left = entries.findIndex((entry) => entry.key === follow.leftAt)
  const fresh =
    left < 0 ? 0 : entries.slice(left + 1).filter((entry) => entry.shape !== "turn").length
  return (
    // Inside the scrolling region and without height: a wheel over it scrolls on.
    <div className="sticky bottom-3 flex h-0 max-w-205 items-end justify-center">
      <button
        type="button"
        onClick={follow.toEnd}
        className="floating num flex h-8 shrink-0 items-center gap-1.5 rounded-full border border-line bg-raised px-3 text-small font-medium shadow-float pointer-coarse:h-10"
      >
        <ArrowDown className="icon s text-muted" />
        {transcriptWords.latest(fresh)}
      </button>
    </div>
  )
}
