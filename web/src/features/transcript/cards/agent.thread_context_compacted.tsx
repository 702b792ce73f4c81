import { FoldVertical } from "lucide-react"
import type { Event } from "../../../domain/event"
import { formatTokens } from "../../../domain/format"
import { transcriptWords } from "../../../domain/words/transcript"
import type { CardProps } from "../cards"
import { useOpen } from "../context"
import { Markdown } from "../markdown"
import { Marker } from "../marker"

const say = transcriptWords.marker

/** From here on the model sees a summary; the log keeps everything above. */
export default function Compacted({ entry }: CardProps) {
  const { event } = entry
  const [open, toggle] = useOpen(entry.key, false)
  const summary = typeof event.summary === "string" ? event.summary : null
  return (
    <div className="pt-2">
      <Marker icon={<FoldVertical className="icon s" />} event={event}>
        {sentence(event)}
        {summary && (
          <button
            type="button"
            aria-expanded={open}
            onClick={toggle}
            className="min-h-6 text-accent"
          >
            {open ? say.hideSummary : say.viewSummary}
          </button>
        )}
      </Marker>
      {open && summary && (
        <div className="mt-1 rounded-card border border-line px-4 py-3">
          <Markdown text={summary} />
        </div>
      )}
    </div>
  )
}

function sentence(event: Event): string {
  const { tokens_before: before, tokens_after: after } = event
  if (typeof before === "number" && typeof after === "number") {
    return say.compactedFrom(formatTokens(before), formatTokens(after))
  }
  return typeof before === "number" ? say.compactedTokens(formatTokens(before)) : say.compacted
}
