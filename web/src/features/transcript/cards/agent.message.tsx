import { textOf } from "../../../domain/event"
import type { CardProps } from "../cards"
import { Markdown } from "../markdown"
import { MessageSide } from "../message-acts"

/** What the agent says, at its accent edge. */
export default function AssistantMessage({ entry }: CardProps) {
  const text = textOf(entry.event)
  return (
    <article className="group flex border-l-2 border-accent pl-3 text-prose">
      <div className="max-w-[72ch] min-w-0 grow">
        <Markdown text={text} />
      </div>
      <MessageSide event={entry.event} text={text} />
    </article>
  )
}
