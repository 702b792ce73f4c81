import { words } from "../../domain/words"
import { Button } from "../../ui/button"
import type { SessionEvents } from "./use-session-events"

/** Above the first entry: earlier events are coming, or this is where the session starts. */
export function OlderEvents({ log, empty }: { log: SessionEvents; empty: boolean }) {
  const { older, complete } = log
  return (
    <div className="absolute inset-x-0 top-0 flex h-10 items-center justify-center gap-2 text-small text-faint">
      {older.loading && words.transcript.loadingOlder}
      {older.failed && (
        <>
          <span role="alert">{words.transcript.olderFailed}</span>
          <Button size="row" onClick={older.load}>
            {words.error.retry}
          </Button>
        </>
      )}
      {complete && empty && words.transcript.empty}
    </div>
  )
}
