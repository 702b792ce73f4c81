import { blobOf, blockText, contentOf, type Event, senderName, textOf } from "../../../domain/event"
import { initials } from "../../../domain/format"
import { known } from "../../../domain/reading"
import { transcriptWords } from "../../../domain/words/transcript"
import { Button } from "../../../ui/button"
import { Avatar, Tag } from "../../../ui/small"
import { Pieces } from "../../session-facts"
import type { CardProps } from "../cards"
import { useOpen, useTranscript } from "../context"
import { ImageView, inlineImage, isImage, MissingImage } from "../image-view"
import { MessageSide } from "../message-acts"

const say = transcriptWords
const LONG_LINES = 20
const SHOWN_LINES = 14
/** A line without an end takes the browser seconds to break. */
const LONGEST = 8_000
const SHOWN = 4_000

/** What a person, or a program, put in: exactly as it was written. */
export default function UserMessage({ entry }: CardProps) {
  const { event } = entry
  const text = textOf(event)
  return (
    <article className="group rounded-card bg-sunken px-3 py-2 text-prose">
      <Sender event={event} />
      <div className="flex">
        <div className="min-w-0 grow">
          <Words text={text} id={entry.key} />
          <Attachments event={event} />
        </div>
        <MessageSide event={event} text={text} />
      </div>
    </article>
  )
}

function Words({ text, id }: { text: string; id: string }) {
  const [whole, toggle] = useOpen(id, false)
  const lines = text.split("\n")
  const long = lines.length > LONG_LINES || text.length > LONGEST
  const shown = long && !whole ? lines.slice(0, SHOWN_LINES).join("\n").slice(0, SHOWN) : text
  return (
    <>
      <p className="max-w-[72ch] wrap-anywhere whitespace-pre-wrap">
        <Pieces text={shown} code="none" />
      </p>
      {long && (
        <Button look="ghost" size="row" className="-ml-2 text-accent!" onClick={toggle}>
          {whole
            ? say.showLess
            : lines.length > 1
              ? say.showAll(lines.length)
              : say.showRest(text.length - SHOWN)}
        </Button>
      )}
    </>
  )
}

function Attachments({ event }: { event: Event }) {
  return contentOf(event).map((block, index) => {
    if (blockText(block) !== "" || block.type === "text") return null
    const blob = blobOf(block)
    const key = blob?.blob_id ?? `block ${index}`
    const image = blob && isImage(blob) ? blob : inlineImage(block)
    return image ? <ImageView key={key} source={image} /> : <MissingImage key={key} />
  })
}

const DELIVERY: Record<string, string> = { steer: say.steered, interrupt: say.interrupt }

/** Who wrote it when it was not the owner, and how it reached a turn that was at work. */
function Sender({ event }: { event: Event }) {
  const { session } = useTranscript()
  const sender = senderName(event)
  const other = sender && sender !== session.owner?.name && session.owner ? sender : null
  const waiting = event.processed_at === null && session.lifecycle === "running"
  const delivery = known(DELIVERY, event.delivery)
  if (!other && !waiting && !delivery) return null
  return (
    <p className="flex items-center gap-2 pb-1 text-small text-muted">
      {other && (
        <>
          <Avatar letters={initials(other)} name={other} />
          {other}
        </>
      )}
      {waiting && <Tag>{say.queued}</Tag>}
      {delivery && <Tag>{delivery}</Tag>}
    </p>
  )
}
