import { Link } from "@tanstack/react-router"
import { PanelRightOpen } from "lucide-react"
import type { CenterSection } from "../../api/queries/command-center"
import { formatAge, formatDuration } from "../../domain/format"
import { rowFact } from "../../domain/row-fact"
import { type Session, titleOf } from "../../domain/session"
import { statusLook } from "../../domain/state-tone"
import { centerWords } from "../../domain/words/command-center"
import { IconButton } from "../../ui/button"
import { cx } from "../../ui/cx"
import { currentTime, useTimed } from "../../ui/ticker"
import { openPeek } from "../peek"
import { CostText, Pieces, StatusIcon, useSessionRow } from "../session-facts"

interface Props {
  id: string
  section: CenterSection
  /** On a phone the panel covers the page that a row opens. */
  onOpen?: (() => void) | undefined
}

/** A session in the panel: status, title, the one fact, how long, what it cost. */
export function CenterRow({ id, section, onOpen }: Props) {
  const session = useSessionRow(id)
  if (!session) return null
  const title = titleOf(session)
  return (
    <li
      className={cx(
        "center-row group relative border-b border-line-soft hover:bg-hover",
        section === "attention" && "need",
      )}
    >
      <Link
        to="/sessions/$key"
        params={{ key: id }}
        data-peek={id}
        {...(onOpen ? { onClick: onOpen } : {})}
        className="grid grid-cols-[16px_minmax(0,1fr)_auto] gap-x-2.5 px-4 py-2.5 -outline-offset-2"
      >
        <span className="pt-px">
          <StatusIcon session={session} large />
          <span className="sr-only">
            {statusLook(session.display_status, session.tone).label}:{" "}
          </span>
        </span>
        <span className="truncate leading-4.5 font-medium" data-tip={title}>
          {title}
        </span>
        <span className="num flex gap-2 text-small leading-4.5 text-muted group-focus-within:invisible group-hover:invisible">
          <Elapsed session={session} section={section} />
          {section !== "attention" && <CostText session={session} />}
        </span>
        <Fact session={session} />
      </Link>
      <span className="absolute top-1.5 right-3 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:hidden">
        <IconButton
          label={`${centerWords.center.peek}: ${title}`}
          data-tip={centerWords.center.peek}
          look="plain"
          size="row"
          onClick={() => openPeek(id)}
        >
          <PanelRightOpen className="icon s" />
        </IconButton>
      </span>
    </li>
  )
}

function Fact({ session }: { session: Session }) {
  const fact = rowFact(session, currentTime())
  if (!fact) return null
  return (
    <span
      data-tip={fact.text}
      className={cx(
        "col-[2/-1] truncate pt-0.5 text-small",
        fact.look === "problem" ? "text-problem" : "text-muted",
      )}
    >
      {fact.look === "code" ? (
        <code className="text-meta">
          <Pieces text={fact.text} code="none" />
        </code>
      ) : (
        <Pieces text={fact.text} />
      )}
    </span>
  )
}

/** How long it waits, works, or is over. */
function Elapsed({ session, section }: { session: Session; section: CenterSection }) {
  const from = {
    attention: session.attention?.since ?? session.updated_at,
    active: session.last_activity_at ?? session.updated_at,
    recent: session.updated_at,
  }[section]
  const text = useTimed((now) => {
    if (session.tone !== "active") return formatAge(from, now)
    const ms = Math.max(0, now - Date.parse(from))
    return formatDuration(Math.floor(ms / 1000) * 1000)
  })
  return <time dateTime={from}>{text}</time>
}
