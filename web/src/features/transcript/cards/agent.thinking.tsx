import { ChevronDown, ChevronRight } from "lucide-react"
import { textOf } from "../../../domain/event"
import { formatDuration } from "../../../domain/format"
import { transcriptWords } from "../../../domain/words/transcript"
import type { CardProps } from "../cards"
import { useOpen } from "../context"
import { Markdown } from "../markdown"

/** Reasoning, folded: how long it took, its text on opening. */
export default function Thinking({ entry }: CardProps) {
  const [open, toggle] = useOpen(entry.key, false)
  const Chevron = open ? ChevronDown : ChevronRight
  const label = entry.ms
    ? transcriptWords.thoughtFor(formatDuration(entry.ms))
    : transcriptWords.thought
  return (
    <div className="text-small">
      <button
        type="button"
        aria-expanded={open}
        onClick={toggle}
        className="flex h-6 items-center gap-1.5 rounded-control pr-2 text-muted italic hover:text-fg"
      >
        <Chevron className="icon s text-faint" />
        <span className="num">{label}</span>
      </button>
      {open && (
        <div className="ml-[7px] border-l border-line py-1 pl-4 text-base text-muted italic">
          <Markdown text={textOf(entry.event)} />
        </div>
      )}
    </div>
  )
}
