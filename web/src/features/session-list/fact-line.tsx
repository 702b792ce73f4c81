import { formatDuration } from "../../domain/format"
import { rowFact } from "../../domain/row-fact"
import type { Session } from "../../domain/session"
import { cx } from "../../ui/cx"
import { currentTime, useTimed } from "../../ui/ticker"
import { Pieces } from "../session-facts"

interface Props {
  session: Session
  className?: string
}

/** The second line: the one fact that explains the status. */
export function FactLine({ session, className }: Props) {
  const fact = rowFact(session, currentTime())
  if (!fact) return <span className={cx("block h-4", className)} />
  return (
    <span
      data-tip={fact.text}
      className={cx(
        "block truncate text-small",
        fact.look === "problem" ? "text-problem" : "text-muted",
        className,
      )}
    >
      {fact.look === "code" ? (
        <code className="text-meta">
          <Pieces text={fact.text} code="none" />
        </code>
      ) : (
        <Pieces text={fact.text} />
      )}
      {fact.since && <Elapsed since={fact.since} />}
    </span>
  )
}

/** Counts on while the row is on screen and the connection is live. */
function Elapsed({ since }: { since: string }) {
  const text = useTimed((now) => {
    const ms = now - Date.parse(since)
    return ms >= 1000 ? formatDuration(Math.floor(ms / 1000) * 1000) : ""
  })
  return <span className="num"> {text}</span>
}
