import { lazy, Suspense } from "react"
import type { CallEntry, EventEntry } from "../../domain/fold-transcript"
import { transcriptWords } from "../../domain/words/transcript"
import { PanelBoundary } from "../../ui/panel-boundary"
import { cardOf } from "./cards"

const JsonTree = lazy(() => import("./json-tree"))

/** The card of an event or call; one that cannot be drawn is shown as it was stored. */
export function EntryCard({ entry }: { entry: CallEntry | EventEntry }) {
  const Card = cardOf(entry)
  return (
    <PanelBoundary fallback={() => <Stored entry={entry} />}>
      <Card entry={entry} />
    </PanelBoundary>
  )
}

function Stored({ entry }: { entry: CallEntry | EventEntry }) {
  const events =
    entry.shape === "event"
      ? entry.event
      : [entry.call.use, entry.call.result, ...entry.call.edits].filter(Boolean)
  return (
    <div className="overflow-hidden rounded-card border border-line-soft">
      <p className="px-2.5 py-1.5 text-small text-muted">{transcriptWords.notDrawn}</p>
      <Suspense>
        <JsonTree value={events} />
      </Suspense>
    </div>
  )
}
