import { textOf } from "../../../domain/event"
import { transcriptWords } from "../../../domain/words/transcript"
import { Button } from "../../../ui/button"
import { Pieces } from "../../session-facts"
import type { CardProps } from "../cards"
import { useOpen } from "../context"
import { SystemLine } from "../marker"

const LONG = 280

/** Text that neither person nor agent said. */
export default function SystemMessage({ entry }: CardProps) {
  const [open, toggle] = useOpen(entry.key, false)
  const text = textOf(entry.event).trim()
  const long = text.length > LONG
  return (
    <SystemLine event={entry.event}>
      <span className="wrap-anywhere whitespace-pre-wrap">
        <Pieces text={long && !open ? `${text.slice(0, LONG)}…` : text} code="none" />
      </span>
      {long && (
        <Button look="ghost" size="row" className="text-accent! not-italic" onClick={toggle}>
          {open ? transcriptWords.showLess : transcriptWords.showAll(text.split("\n").length)}
        </Button>
      )}
    </SystemLine>
  )
}
