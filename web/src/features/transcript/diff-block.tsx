import { useMemo, useState } from "react"
import { type DiffRow, fileDiff } from "../../domain/diff-rows"
import type { Event } from "../../domain/event"
import { transcriptWords } from "../../domain/words/transcript"
import { Button } from "../../ui/button"
import { cx } from "../../ui/cx"
import { Pieces } from "../session-facts"

const FIRST_ROWS = 400

/** One file edit, unified; added and removed lines carry their sign, not only a colour. */
export function DiffBlock({ edit, titled }: { edit: Event; titled?: boolean }) {
  const diff = useMemo(() => fileDiff(edit), [edit])
  if (!diff) {
    return (
      <p className="border-t border-line-soft px-3 py-2 text-small text-muted">
        {transcriptWords.tool.noDiff}
      </p>
    )
  }
  return (
    <div className="border-t border-line-soft">
      {titled && <p className="truncate px-3 py-1 font-mono text-small text-muted">{diff.path}</p>}
      <DiffLines rows={diff.rows} />
    </div>
  )
}

/** Rows of a diff; long ones open in steps. */
export function DiffLines({ rows, both }: { rows: readonly DiffRow[]; both?: boolean }) {
  const [limit, setLimit] = useState(FIRST_ROWS)
  const width = String(rows.at(-1)?.new ?? rows.at(-1)?.old ?? 1).length
  const left = rows.length - limit
  return (
    <>
      <div
        tabIndex={0}
        className="overflow-x-auto font-mono text-small leading-5 outline-offset-[-2px]"
      >
        <div className="w-max min-w-full">
          {rows.slice(0, limit).map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of one diff never move
            <Row key={index} row={row} width={width} both={both === true} />
          ))}
        </div>
      </div>
      {left > 0 && (
        <Button
          look="ghost"
          size="row"
          className="m-1 text-accent!"
          onClick={() => setLimit(rows.length)}
        >
          {transcriptWords.showMoreLines(left)}
        </Button>
      )}
    </>
  )
}

const LOOK = {
  add: { row: "bg-tint-success", sign: "+", tone: "tone-success" },
  del: { row: "bg-tint-problem", sign: "−", tone: "tone-problem" },
  same: { row: "", sign: "", tone: "" },
  hunk: { row: "bg-surface", sign: "", tone: "" },
} as const

interface RowProps {
  row: DiffRow
  width: number
  /** Old and new number side by side; else the one that the line has. */
  both: boolean
}

function Row({ row, width, both }: RowProps) {
  const look = LOOK[row.kind]
  if (row.kind === "hunk") {
    return (
      <div className="border-y border-line-soft bg-surface px-3 text-faint first:border-t-0">
        {row.text || "⋯"}
      </div>
    )
  }
  return (
    <div className={cx("flex whitespace-pre", look.row)}>
      {both && <LineNumber number={row.old} width={width} />}
      <LineNumber number={both ? row.new : (row.new ?? row.old)} width={width} />
      <span className={cx("w-5 shrink-0 text-center select-none", look.tone)}>{look.sign}</span>
      <span className="pr-3">
        {row.marks ? <Marks row={row} /> : <Pieces text={row.text} code="none" />}
      </span>
    </div>
  )
}

function LineNumber({ number, width }: { number: number | null; width: number }) {
  return (
    <span
      className="shrink-0 pr-1 text-right text-faint select-none"
      style={{ width: `${Math.max(4, width + 2)}ch` }}
    >
      {number}
    </span>
  )
}

function Marks({ row }: { row: DiffRow }) {
  const tone = row.kind === "add" ? "var(--success) 26%" : "var(--problem) 24%"
  return row.marks?.map((mark, index) =>
    mark.changed ? (
      <mark
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one line never move
        key={index}
        className="rounded-[2px] text-inherit"
        style={{ background: `color-mix(in oklab, ${tone}, transparent)` }}
      >
        {mark.text}
      </mark>
    ) : (
      mark.text
    ),
  )
}
