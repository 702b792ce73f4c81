import { ChevronDown, ChevronRight } from "lucide-react"
import { useState } from "react"
import type { Event } from "../../../../domain/event"
import { formatBytes } from "../../../../domain/format"
import { shellWords } from "../../../../domain/words/shell"
import { transcriptWords } from "../../../../domain/words/transcript"
import { Button } from "../../../../ui/button"
import { CopyButton } from "../../../../ui/copy"
import { cx } from "../../../../ui/cx"
import { Clock } from "../../../session-facts"

const say = transcriptWords.raw

interface Props {
  event: Event
  open: boolean
  found: boolean
  onToggle: () => void
}

export function RawEvent({ event, open, found, onToggle }: Props) {
  const Chevron = open ? ChevronDown : ChevronRight
  return (
    <div className={cx("border-b border-line-soft", found && "found")}>
      <button
        type="button"
        aria-expanded={open}
        onClick={onToggle}
        className="num flex h-8 w-full items-center gap-3 text-left text-small outline-offset-[-2px] hover:bg-hover pointer-coarse:h-10"
      >
        <Chevron className="icon s text-faint" />
        <span className="w-12 shrink-0 text-right text-faint">{event.seq}</span>
        <code className="min-w-0 grow truncate">{event.type}</code>
        {event.actor?.name && (
          <span className="truncate text-muted max-md:hidden">{event.actor.name}</span>
        )}
        <Clock at={event.created_at} className="shrink-0 text-faint" />
      </button>
      {open && <RawBody event={event} />}
    </div>
  )
}

function RawBody({ event: { raw, ...event } }: { event: Event }) {
  const [source, setSource] = useState(false)
  const json = JSON.stringify(event, null, 2)
  const record = raw ? pretty(raw) : null
  const shown = source ? (record ?? say.noSource) : json
  return (
    <div className="mb-2 overflow-hidden rounded-card border border-line">
      <div className="flex h-8 items-center gap-1 border-b border-line-soft bg-surface px-1.5 pointer-coarse:h-10">
        {[false, true].map((view) => (
          <Button
            key={String(view)}
            look="ghost"
            size="row"
            aria-pressed={source === view}
            className={cx(source === view && "text-fg!")}
            onClick={() => setSource(view)}
          >
            {view ? say.source : say.event}
          </Button>
        ))}
        <span className="num ml-auto text-meta text-faint">
          {formatBytes(new Blob([shown]).size)}
        </span>
        <CopyButton
          text={source && raw ? raw : json}
          label={source ? say.copySource : say.copy}
          done={shellWords.copy.done}
        />
      </div>
      <pre
        tabIndex={0}
        className="max-h-160 overflow-auto bg-sunken px-3 py-2 text-small leading-4.5 wrap-anywhere whitespace-pre-wrap outline-offset-[-2px]"
      >
        {shown}
      </pre>
    </div>
  )
}

/** A record as the source wrote it, indented where it is JSON. */
function pretty(raw: string): string {
  try {
    return JSON.stringify(JSON.parse(raw), null, 2)
  } catch {
    return raw
  }
}
