import { Link as LinkIcon } from "lucide-react"
import type { Event } from "../../domain/event"
import { shellWords } from "../../domain/words/shell"
import { transcriptWords } from "../../domain/words/transcript"
import { IconButton } from "../../ui/button"
import { CopyButton, useCopy } from "../../ui/copy"
import { Clock } from "../session-facts"

/** Time of a message; under pointer or focus also copy and link. */
export function MessageSide({ event, text }: { event: Event; text: string }) {
  return (
    <span className="relative ml-auto flex shrink-0 items-start gap-1 pl-2">
      <span className="absolute top-0 right-full flex rounded-control bg-bg opacity-0 group-hover:opacity-100 focus-within:opacity-100">
        <CopyButton text={text} label={transcriptWords.message} done={shellWords.copy.done} />
        <EventLinkButton event={event} />
      </span>
      <Clock at={event.created_at} className="num text-meta leading-5.5 text-faint" />
    </span>
  )
}

export function EventLinkButton({ event }: { event: Event }) {
  const [copied, copy] = useCopy()
  const href = `${window.location.origin}/sessions/${event.session_id}?event=${event.id}`
  return (
    <IconButton
      size="row"
      label={copied ? shellWords.copy.done : transcriptWords.copyLink}
      onClick={() => copy(href)}
    >
      <LinkIcon className="icon s" />
    </IconButton>
  )
}
