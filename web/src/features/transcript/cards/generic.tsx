import { ChevronDown, ChevronRight } from "lucide-react"
import { lazy, Suspense } from "react"
import { gistOf } from "../../../domain/event"
import { plainLine } from "../../../domain/inline-text"
import { Clock, Pieces } from "../../session-facts"
import type { CardProps } from "../cards"
import { useOpen } from "../context"

const JsonTree = lazy(() => import("../json-tree"))

/** An event without a look of its own: its type, its text, all of it on opening. */
export default function Generic({ entry }: CardProps) {
  const { event } = entry
  const [open, toggle] = useOpen(entry.key, false)
  const Chevron = open ? ChevronDown : ChevronRight
  return (
    <div className="overflow-hidden rounded-card border border-line-soft">
      <button
        type="button"
        aria-expanded={open}
        onClick={toggle}
        className="flex h-8 w-full items-center gap-2 px-2.5 text-left text-small text-muted outline-offset-[-2px] hover:bg-hover pointer-coarse:h-10"
      >
        <Chevron className="icon s text-faint" />
        <code className="shrink-0">{event.type}</code>
        <span className="min-w-0 grow truncate text-faint">
          <Pieces text={plainLine(gistOf(event)).slice(0, 200)} code="none" />
        </span>
        <Clock at={event.created_at} className="num shrink-0 text-meta text-faint" />
      </button>
      {open && (
        <Suspense>
          <JsonTree value={event} />
        </Suspense>
      )}
    </div>
  )
}
