import { ChevronDown, ChevronRight } from "lucide-react"
import type { RunEntry } from "../../domain/fold-transcript"
import { formatDuration } from "../../domain/format"
import { type Call, callName } from "../../domain/tool-call"
import { transcriptWords } from "../../domain/words/transcript"
import { useOpenCall } from "./context"
import { EntryCard } from "./entry-card"

const SHOWN_NAMES = 12

/** Successful calls in a row: how many, which, how long; all of them on opening. */
export function ToolRun({ entry }: { entry: RunEntry }) {
  const [open, toggle] = useOpenCall(entry.key, false)
  const Chevron = open ? ChevronDown : ChevronRight
  return (
    <div className="overflow-hidden rounded-card border border-line bg-bg">
      <button
        type="button"
        aria-expanded={open}
        onClick={toggle}
        className="flex h-8 w-full items-center gap-2 px-2.5 text-left text-small outline-offset-[-2px] hover:bg-hover pointer-coarse:h-10"
      >
        <Chevron className="icon s text-faint" />
        <span className="shrink-0">{transcriptWords.tool.run(entry.calls.length)}</span>
        <code className="min-w-0 grow truncate text-muted">{namesOf(entry.calls)}</code>
        {entry.ms > 0 && (
          <span className="num shrink-0 text-faint">{formatDuration(entry.ms)}</span>
        )}
      </button>
      {open && (
        <div className="flex flex-col gap-2 border-t border-line-soft bg-surface p-2">
          {entry.items.map((item) => (
            <EntryCard key={item.key} entry={item} />
          ))}
        </div>
      )}
    </div>
  )
}

function namesOf(calls: Call[]): string {
  const names = calls.slice(0, SHOWN_NAMES).map(callName)
  return calls.length > SHOWN_NAMES ? `${names.join(", ")}, …` : names.join(", ")
}
