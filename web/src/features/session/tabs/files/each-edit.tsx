import { Link } from "@tanstack/react-router"
import { useMemo } from "react"
import type { FileEdit } from "../../../../domain/detail"
import { rowsOf } from "../../../../domain/diff-rows"
import { hunkHead } from "../../../../domain/file-tree"
import { formatClock } from "../../../../domain/format"
import { filesWords } from "../../../../domain/words/views"
import { DiffCount, DiffLines } from "../../../transcript"

const say = filesWords

interface Props {
  edit: FileEdit
  number: number
  sessionId: string
}

/** One edit as it was made, and where in the conversation. */
export function EachEdit({ edit, number, sessionId }: Props) {
  const { hunks } = edit
  const rows = useMemo(() => rowsOf(hunks ?? [], hunkHead), [hunks])
  return (
    <div className="border-t border-line-soft">
      <p className="num flex h-7 items-center gap-3 px-3 text-small text-muted">
        {say.edit(number, formatClock(edit.at))}
        <DiffCount added={edit.additions ?? 0} removed={edit.deletions ?? 0} />
        <Link
          to="/sessions/$key"
          params={{ key: sessionId }}
          search={{ event: edit.tool_use_id ?? edit.event_id }}
          className="ml-auto text-accent"
        >
          {say.open}
        </Link>
      </p>
      {rows.length === 0 ? (
        <p className="border-t border-line-soft px-3 py-2 text-small text-muted">{say.noHunks}</p>
      ) : (
        <DiffLines rows={rows} both />
      )}
      {edit.truncated && (
        <p className="border-t border-line-soft px-3 py-2 text-small text-muted">{say.truncated}</p>
      )}
    </div>
  )
}
