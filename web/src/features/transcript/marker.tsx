import type { ReactNode } from "react"
import type { Event } from "../../domain/event"
import { Clock } from "../session-facts"

interface Props {
  icon: ReactNode
  event: Event
  children: ReactNode
}

/** A line across the column: the context, the state or the session itself changed here. */
export function Marker({ icon, event, children }: Props) {
  return (
    <div className="flex items-center gap-3 py-2 text-small text-muted before:h-px before:grow before:bg-line after:h-px after:grow after:bg-line">
      <span className="flex min-w-0 flex-wrap items-center justify-center gap-1.5">
        {icon}
        {children}
        <Clock at={event.created_at} className="num text-meta text-faint" />
      </span>
    </div>
  )
}

/** One centred sentence in italics: the system, or a person acting on the session. */
export function SystemLine({ event, children }: { event: Event; children: ReactNode }) {
  return (
    <p className="px-6 text-center text-small text-muted italic">
      {children} <Clock at={event.created_at} className="num text-meta text-faint not-italic" />
    </p>
  )
}
