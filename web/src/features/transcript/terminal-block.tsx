import Anser from "anser"
import { useState } from "react"
import { detailWords } from "../../domain/words/detail"
import { transcriptWords } from "../../domain/words/transcript"
import { Button } from "../../ui/button"
import { Pieces } from "../session-facts"
import { useLinesFound } from "./context"

const FIRST_LINES = 40
const MORE_LINES = 400
const LINE_CHARS = 400
const ESC = "\u001b"

interface Props {
  text: string
  /** The whole output is an error. */
  problem?: boolean
  /** The command that gave it, as a first faint line. */
  command?: string | undefined
}

/** Mono text with its terminal colours; long output opens in steps, never in one freeze. */
export function TerminalBlock({ text, problem, command }: Props) {
  const [wanted, setLimit] = useState(FIRST_LINES)
  const limit = Math.max(wanted, useLinesFound(text))
  const lines = text.replace(/\s+$/, "").split("\n")
  const whole = lines.slice(0, limit).map(lastOfLine).join("\n")
  // One line may be as long as a file.
  const shown = whole.slice(0, limit * LINE_CHARS)
  const left = Math.max(lines.length - limit, shown.length < whole.length ? 1 : 0)
  return (
    <div className="border-t border-line-soft bg-sunken">
      <pre
        tabIndex={0}
        className="max-h-160 overflow-auto px-3 py-2 font-mono text-small leading-4.5 wrap-anywhere whitespace-pre-wrap outline-offset-[-2px]"
      >
        {command && (
          <span className="text-faint">
            $ <Pieces text={command} code="none" />
            {"\n"}
          </span>
        )}
        {problem ? <ProblemLines text={shown} /> : <TerminalText text={shown} />}
      </pre>
      {left > 0 && (
        <Button
          look="ghost"
          size="row"
          className="mb-1 ml-1 text-accent!"
          onClick={() => setLimit(limit + MORE_LINES)}
        >
          {left > 1 || lines.length > limit
            ? transcriptWords.showMoreLines(Math.min(left, MORE_LINES))
            : detailWords.content.moreText}
        </Button>
      )}
    </div>
  )
}

const COMPLAINT = /error|fatal|fail|exception|denied|refused|not found|cannot|panic|invalid|reject/i

/** Output of a failed call: the lines that say why are red, the rest stands back. */
function ProblemLines({ text }: { text: string }) {
  const lines = text.split("\n")
  const said = lines.some((line) => COMPLAINT.test(line))
  return lines.map((line, index) => (
    <span
      // biome-ignore lint/suspicious/noArrayIndexKey: lines of one output never move
      key={index}
      className={!said || COMPLAINT.test(line) ? "text-problem" : "text-muted"}
    >
      <TerminalText text={index < lines.length - 1 ? `${line}\n` : line} />
    </span>
  ))
}

/** A line that was drawn over, as progress bars are, shows its last state. */
function lastOfLine(line: string): string {
  const bare = line.replace(/\r+$/, "")
  return bare.slice(bare.lastIndexOf("\r") + 1)
}

function TerminalText({ text }: { text: string }) {
  if (!text.includes(ESC)) return <Pieces text={text} code="none" />
  return Anser.ansiToJson(text, { use_classes: true, remove_empty: true }).map((part, index) => {
    const classes = [part.fg && `${part.fg}-fg`, ...part.decorations.map((name) => `ansi-${name}`)]
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one output never move
      <span key={index} className={classes.filter(Boolean).join(" ") || undefined}>
        <Pieces text={part.content} code="none" />
      </span>
    )
  })
}
