import { ChevronDown, ChevronRight } from "lucide-react"
import { useState } from "react"
import type { EditedFile } from "../../../../domain/detail"
import { changedLines, countsOf } from "../../../../domain/file-tree"
import { known } from "../../../../domain/reading"
import { shellWords } from "../../../../domain/words/shell"
import { filesWords } from "../../../../domain/words/views"
import { Button } from "../../../../ui/button"
import { CopyButton } from "../../../../ui/copy"
import { Tag } from "../../../../ui/small"
import { DiffCount } from "../../../transcript"
import { EachEdit } from "./each-edit"
import { NetChange } from "./net-change"

const say = filesWords
/** Longer changes are folded until they are asked for. */
const LONG = 400

interface Props {
  file: EditedFile
  /** Its path without what all files share. */
  name: string
  each: boolean
  sessionId: string
}

export function FileCard({ file, name, each, sessionId }: Props) {
  const counts = countsOf(file)
  const lines = changedLines(counts)
  const folded = file.generated
    ? say.fold.generated(lines)
    : lines > LONG
      ? say.fold.long(lines)
      : null
  const [open, setOpen] = useState(folded === null)
  const Chevron = open ? ChevronDown : ChevronRight
  const change = known(say.change, file.change)
  return (
    <section
      data-path={file.path}
      className="shrink-0 overflow-hidden rounded-card border border-line"
    >
      <div className="flex h-9 items-center gap-2 bg-surface pr-3 pl-1.5 text-small">
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="flex min-w-0 items-center gap-2 rounded-chip px-1 py-1 text-left"
        >
          <Chevron className="icon s text-faint" />
          <h3 className="truncate font-mono font-medium" data-tip={file.path}>
            {name}
          </h3>
        </button>
        <CopyButton text={file.path} label={say.copyPath} done={shellWords.copy.done} />
        {change && <Tag>{change}</Tag>}
        {!open && folded && (
          <span className="flex min-w-0 items-center gap-3 text-muted">
            <span className="truncate max-md:hidden">{folded}</span>
            <Button size="row" onClick={() => setOpen(true)}>
              {say.show}
            </Button>
          </span>
        )}
        <span className="num ml-auto flex shrink-0 items-center gap-3 text-muted">
          <span className="max-md:hidden">{say.edits(file.edits.length)}</span>
          <DiffCount added={counts.additions} removed={counts.deletions} />
        </span>
      </div>
      {open &&
        (each || !file.net.hunks ? (
          <>
            {!each && <Why file={file} />}
            {file.edits.map((edit, index) => (
              <EachEdit key={edit.event_id} edit={edit} number={index + 1} sessionId={sessionId} />
            ))}
          </>
        ) : (
          <NetChange file={file} sessionId={sessionId} />
        ))}
    </section>
  )
}

function Why({ file }: { file: EditedFile }) {
  const reason = file.net.reason
  return (
    <p className="border-t border-line-soft px-3 py-2 text-small text-muted">
      {reason ?? say.noNet}
    </p>
  )
}
