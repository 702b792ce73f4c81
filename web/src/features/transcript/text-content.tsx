import { useMemo } from "react"
import { type Content, contentKind } from "../../domain/content-kind"
import { hunksIn, rowsOf } from "../../domain/diff-rows"
import { hunkHead } from "../../domain/file-tree"
import { detailWords } from "../../domain/words/detail"
import { DataTable } from "./data-table"
import { DiffLines } from "./diff-block"
import JsonTree from "./json-tree"
import { Markdown } from "./markdown"
import { StackTrace } from "./stack-trace"
import { Switched } from "./switched"
import { TerminalBlock } from "./terminal-block"

export interface Hints {
  /** The whole output is an error. */
  problem: boolean
  command?: string | undefined
  /** The tool gives markdown: a page, a report. */
  markdown?: boolean
}

/** A text by what it is told to be by itself; as plain text one click away. */
export function TextContent({ text, problem, command, markdown }: Hints & { text: string }) {
  const content = useMemo<Content>(
    () => (problem ? failureKind(text) : contentKind(text)),
    [text, problem],
  )
  const plain = <TerminalBlock text={text} problem={problem} command={command} />
  if (content.kind === "text") {
    const page = markdown === true && !NUMBERED.test(text)
    return page ? (
      <Switched label={detailWords.content.rendered} plain={plain}>
        <div className="px-3 py-2">
          <Markdown text={text} />
        </div>
      </Switched>
    ) : (
      plain
    )
  }
  if (content.kind === "json") return <JsonTree value={content.value} />
  return (
    <Switched label={labelOf(content)} plain={plain} command={command}>
      {content.kind === "table" && <DataTable table={content.table} />}
      {content.kind === "diff" && <DiffLines rows={rowsOf(hunksIn(text), hunkHead)} both />}
      {content.kind === "trace" && <StackTrace text={text} problem={problem} />}
    </Switched>
  )
}

/** Files are often given with the number of each line. */
const NUMBERED = /^\s*\d+(→|\t)/

/** Of a failure only the stack is worth a form of its own: the words are what went wrong. */
function failureKind(text: string): Content {
  const content = contentKind(text)
  return content.kind === "trace" ? content : { kind: "text" }
}

function labelOf(content: Content): string {
  if (content.kind === "table") {
    return detailWords.content.table(content.table.total, content.table.columns.length)
  }
  return content.kind === "trace" ? detailWords.content.trace : detailWords.content.diff
}
