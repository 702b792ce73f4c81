import { Link } from "@tanstack/react-router"
import { formatCount, formatDuration, formatTokens, UNKNOWN } from "../../domain/format"
import { known, textIn } from "../../domain/reading"
import { type Session, titleOf, usageUnknown, whereOf } from "../../domain/session"
import { listWords } from "../../domain/words/list"
import { sessionWords } from "../../domain/words/session"
import { cx } from "../../ui/cx"
import { useTimed } from "../../ui/ticker"
import { Age } from "../session-facts"

/** Cells that are no more than a word or a number. */

interface Props {
  session: Session
}

export function PlainTypeCell({ session }: Props) {
  const say = listWords.list.plainTypes
  return session.kind === "chat" ? say.chat : say.automation
}

export function ChannelCell({ session }: Props) {
  const { channel } = session
  return channel ? (known<string>(sessionWords.channel, channel) ?? channel) : null
}

export function CountCell({ count }: { count: number }) {
  return <span className={cx(count === 0 && "text-faint")}>{formatCount(count)}</span>
}

export function CacheCell({ session }: Props) {
  const count = session.tokens.cache_read
  if (usageUnknown(session)) {
    return (
      <span className="text-faint" data-tip={sessionWords.figure.noUsage}>
        {UNKNOWN}
      </span>
    )
  }
  return (
    <span className={cx(count === 0 && "text-faint")} data-tip={formatCount(count)}>
      {formatTokens(count)}
    </span>
  )
}

/** The number leads to the calls themselves (S0-14). */
export function CallsCell({ session }: Props) {
  const count = session.tool_call_count
  if (count === 0) return <CountCell count={0} />
  return (
    <Link
      to="/sessions/$key"
      params={{ key: session.id }}
      search={{ show: "tools" }}
      tabIndex={-1}
      aria-label={listWords.list.toCalls(formatCount(count), titleOf(session))}
      onClick={(event) => event.stopPropagation()}
      className="hover:text-accent hover:underline"
    >
      {formatCount(count)}
    </Link>
  )
}

export function InitiativeCell({ session }: Props) {
  const name = textIn(session.initiative_id)
  return name ? <span data-tip={name}>{name}</span> : null
}

export function TagsCell({ session }: Props) {
  const tags = session.tags ?? []
  if (tags.length === 0) return null
  const told = tags.join(", ")
  return (
    <span className="block truncate text-small text-muted" data-tip={told}>
      {told}
    </span>
  )
}

/** `repo@branch`, or the folder it ran in. */
export function WhereCell({ session }: Props) {
  const { repo, branch, cwd } = whereOf(session)
  const place = repo ?? cwd?.split("/").filter(Boolean).at(-1)
  if (!place) return null
  return <span data-tip={cwd ?? place}>{branch ? `${place}@${branch}` : place}</span>
}

export function StartedCell({ session }: Props) {
  return <Age at={session.created_at} className="text-muted" />
}

export function UpdatedCell({ session }: Props) {
  return <Age at={session.updated_at} className="text-muted" />
}

const RUNNING = new Set(["running", "provisioning"])

/** From the start to the end; what runs counts on, what rests stands at its last movement. */
export function DurationCell({ session }: Props) {
  const text = useTimed((now) => {
    const last = session.ended_at ?? session.last_activity_at ?? session.updated_at
    const end = RUNNING.has(session.display_status) ? now : Date.parse(last)
    const ms = end - Date.parse(session.created_at)
    return ms >= 0 ? formatDuration(ms < 10_000 ? ms : Math.floor(ms / 1000) * 1000) : ""
  })
  return <span className="whitespace-nowrap text-muted">{text}</span>
}
