import { useState } from "react"
import { type TraceLine, traceLines } from "../../domain/content-kind"
import { shortPath } from "../../domain/format"
import { detailWords } from "../../domain/words/detail"
import { Pieces } from "../session-facts"

const say = detailWords.content

interface Part {
  foreign: boolean
  lines: TraceLine[]
}

/** Frames of the project stand out, those of libraries fold, the error itself is red. */
export function StackTrace({ text, problem }: { text: string; problem: boolean }) {
  const parts = partsOf(traceLines(text.replace(/\s+$/, "")))
  return (
    <pre
      tabIndex={0}
      className="max-h-160 overflow-auto bg-sunken px-3 py-2 font-mono text-small leading-4.5 wrap-anywhere whitespace-pre-wrap outline-offset-[-2px]"
    >
      {parts.map((part, index) =>
        part.foreign && part.lines.length > 1 ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of one trace never move
          <Foreign key={index} lines={part.lines} />
        ) : (
          part.lines.map((line, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of one trace never move
            <Line key={`${index} ${at}`} line={line} problem={problem} />
          ))
        ),
      )}
    </pre>
  )
}

/** Frames of libraries that follow each other, each with the code line below it. */
function partsOf(lines: TraceLine[]): Part[] {
  const parts: Part[] = []
  let foreign = false
  for (const line of lines) {
    if (line.place) foreign = line.foreign
    else if (!/^\s/.test(line.text)) foreign = false
    const last = parts.at(-1)
    if (last && last.foreign === foreign) last.lines.push(line)
    else parts.push({ foreign, lines: [line] })
  }
  return parts
}

function Foreign({ lines }: { lines: TraceLine[] }) {
  const [open, setOpen] = useState(false)
  if (open) return lines.map((line) => <Line key={line.text} line={line} problem={false} />)
  const frames = lines.filter((line) => line.place).length
  return (
    <button
      type="button"
      className="block min-h-6 font-ui text-accent"
      onClick={() => setOpen(true)}
    >
      {say.foreignFrames(frames)}
    </button>
  )
}

const ERROR = /^[\w.]*(Error|Exception|Panic|Fault|Interrupt|Exit|Warning)\b/

function Line({ line, problem }: { line: TraceLine; problem: boolean }) {
  if (line.place) {
    const { file, line: number } = line.place
    return (
      <span className="block text-muted">
        {"  "}
        <span className="text-fg" data-tip={`${file}:${number}`}>
          {shortPath(file.replace(/^file:\/\//, ""), 60)}:{number}
        </span>
        <span>{restOf(line.text, file, number)}</span>
      </span>
    )
  }
  const wrong = ERROR.test(line.text)
  return (
    <span
      className={
        wrong && problem ? "block text-problem" : wrong ? "block text-fg" : "block text-muted"
      }
    >
      <Pieces text={line.text || " "} code="none" />
    </span>
  )
}

/** What a frame says beside its place: the function. */
function restOf(text: string, file: string, line: number): string {
  const name = /, in (.+)$/.exec(text)?.[1] ?? /^\s+at ([^(]+) \(/.exec(text)?.[1]
  return name && !name.includes(file) && !name.includes(`:${line}`) ? `  ${name}` : ""
}
