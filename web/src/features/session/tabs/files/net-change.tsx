import { Link } from "@tanstack/react-router"
import { useMemo } from "react"
import type { EditedFile } from "../../../../domain/detail"
import { rowsOf } from "../../../../domain/diff-rows"
import { hunkHead } from "../../../../domain/file-tree"
import { formatClock } from "../../../../domain/format"
import { filesWords } from "../../../../domain/words/views"
import { DiffLines } from "../../../transcript"

const say = filesWords

/** What is different at the end, and the edits that made it so. */
export function NetChange({ file, sessionId }: { file: EditedFile; sessionId: string }) {
  const { hunks } = file.net
  const rows = useMemo(() => rowsOf(hunks ?? [], hunkHead), [hunks])
  return (
    <div className="border-t border-line-soft">
      {rows.length === 0 ? (
        <p className="px-3 py-2 text-small text-muted">{say.unchanged}</p>
      ) : (
        <DiffLines rows={rows} both />
      )}
      {file.net.truncated && (
        <p className="border-t border-line-soft px-3 py-2 text-small text-muted">{say.truncated}</p>
      )}
      <p className="num flex flex-wrap gap-x-4 border-t border-line-soft bg-surface px-3 py-1.5 text-meta text-faint">
        {file.edits.map((edit, index) => (
          <Link
            key={edit.event_id}
            to="/sessions/$key"
            params={{ key: sessionId }}
            search={{ event: edit.tool_use_id ?? edit.event_id }}
            className="hover:text-accent"
          >
            {say.edit(index + 1, formatClock(edit.at))}
          </Link>
        ))}
      </p>
    </div>
  )
}
