import { ChevronDown, ChevronRight, FilePen } from "lucide-react"
import { fileDiff } from "../../../domain/diff-rows"
import { shortPath } from "../../../domain/format"
import { SHORT_DIFF_ROWS } from "../../../domain/tool-call"
import type { CardProps } from "../cards"
import { useOpen } from "../context"
import { DiffBlock } from "../diff-block"
import { DiffCount } from "../diff-count"

/** An edit that no loaded call claims. */
export default function FileEdited({ entry }: CardProps) {
  const diff = fileDiff(entry.event)
  const [open, toggle] = useOpen(entry.key, (diff?.rows.length ?? 0) <= SHORT_DIFF_ROWS)
  const path = String(entry.event.path ?? "")
  const Chevron = open ? ChevronDown : ChevronRight
  return (
    <div className="overflow-hidden rounded-card border border-line bg-bg">
      <button
        type="button"
        aria-expanded={open}
        onClick={toggle}
        className="flex h-8 w-full items-center gap-2 px-2.5 text-left text-small outline-offset-[-2px] hover:bg-hover pointer-coarse:h-10"
      >
        <FilePen className="icon s text-muted" />
        <code className="min-w-0 grow truncate" data-tip={path}>
          {shortPath(path, 80)}
        </code>
        {diff && <DiffCount added={diff.added} removed={diff.removed} />}
        <Chevron className="icon s text-faint" />
      </button>
      {open && <DiffBlock edit={entry.event} />}
    </div>
  )
}
