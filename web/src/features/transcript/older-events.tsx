import { detailWords } from "../../domain/words/detail"
import { shellWords } from "../../domain/words/shell"
import { transcriptWords } from "../../domain/words/transcript"
import { Button } from "../../ui/button"
import type { SessionEvents } from "./use-session-events"

export interface Earlier {
  /** Resets before what is shown by itself. */
  resets: number
  shown: boolean
  onToggle: () => void
}

interface Props {
  log: SessionEvents
  empty: boolean
  earlier: Earlier | null
}

/** Above the first entry: earlier events are coming, or this is where the session starts. */
export function OlderEvents({ log, empty, earlier }: Props) {
  const { older, complete } = log
  return (
    <div className="absolute inset-x-0 top-0 flex h-10 items-center justify-center gap-2 text-small text-faint">
      {older.loading && transcriptWords.loadingOlder}
      {older.failed && (
        <>
          <span role="alert">{transcriptWords.olderFailed}</span>
          <Button size="row" onClick={older.load}>
            {shellWords.error.retry}
          </Button>
        </>
      )}
      {complete && empty && transcriptWords.empty}
      {complete && earlier && (
        <Button look="ghost" size="row" className="text-accent!" onClick={earlier.onToggle}>
          {earlier.shown
            ? detailWords.floor.hideEarlier
            : detailWords.floor.earlier(earlier.resets)}
        </Button>
      )}
    </div>
  )
}
