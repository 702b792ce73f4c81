import { Link } from "@tanstack/react-router"
import { Archive, ArchiveRestore, ChevronLeft, Ellipsis } from "lucide-react"
import { useState } from "react"
import { whyLine } from "../../domain/row-fact"
import { errorText, isArchived, type Session, titleOf } from "../../domain/session"
import { statusLook } from "../../domain/state-tone"
import { words } from "../../domain/words"
import { Button, IconButton } from "../../ui/button"
import { cx } from "../../ui/cx"
import { Dialog } from "../../ui/dialog"
import { Menu } from "../../ui/menu"
import { useTimed } from "../../ui/ticker"
import { type SessionActs, sessionMenu } from "../session-actions"
import { CostText, Pieces, StatusBadge } from "../session-facts"
import { InfoBar } from "./info-bar"
import { SessionTitle } from "./session-title"

interface Props {
  session: Session
  acts: SessionActs
}

interface HeaderProps extends Props {
  /** The title is being changed in its place. */
  renaming: boolean
  onRename: (renaming: boolean) => void
}

function ActsMenu({ session, acts, look }: Props & { look: "plain" | "ghost" }) {
  return (
    <Menu
      label={words.row.menu}
      align="end"
      items={sessionMenu(session, acts)}
      trigger={(props) => (
        <IconButton label={words.row.menu} look={look} {...props}>
          <Ellipsis className="icon s" />
        </IconButton>
      )}
    />
  )
}

export function SessionHeader({ session, acts, renaming, onRename }: HeaderProps) {
  const archived = isArchived(session)
  const ArchiveIcon = archived ? ArchiveRestore : Archive
  return (
    <section aria-label={words.session.info} className="shrink-0 px-6 pt-3.5">
      <div className="flex h-7 items-center gap-3">
        <SessionTitle session={session} editing={renaming} onEdit={onRename} />
        <StatusBadge session={session} />
        <WhyLine session={session} />
        <span className="grow" />
        <Button onClick={() => acts.toggleArchive(session)}>
          <ArchiveIcon className="icon s text-muted" />
          {archived ? words.row.unarchive : words.row.archive}
        </Button>
        <ActsMenu session={session} acts={acts} look="plain" />
      </div>
      <InfoBar session={session} />
    </section>
  )
}

function WhyLine({ session }: { session: Session }) {
  const why = useTimed((now) => whyLine(session, now) ?? "")
  if (!why) return null
  const problem = errorText(session) !== null
  return (
    <span
      data-tip={why}
      className={cx("min-w-0 truncate text-small", problem ? "text-problem" : "text-muted")}
    >
      <Pieces text={why} />
    </span>
  )
}

/** On a phone the top bar itself: the way back, the title, one line of facts, the acts. */
export function PhoneHeader({ session, acts }: Props) {
  const [about, setAbout] = useState(false)
  const look = statusLook(session.display_status, session.tone)
  return (
    <>
      <Link
        to="/sessions"
        aria-label={words.nav.back}
        className="-ml-3 grid size-9 shrink-0 place-items-center"
      >
        <ChevronLeft className="icon size-5!" />
      </Link>
      <div className="min-w-0 grow">
        <h1 className="text-touch font-semibold">
          <button
            type="button"
            aria-haspopup="dialog"
            onClick={() => setAbout(true)}
            className="block max-w-full truncate text-left"
          >
            {titleOf(session)}
          </button>
        </h1>
        <p className="num truncate text-small text-muted">
          <span className={cx("font-medium", `tone-${look.tone}`)}>{look.label}</span>
          <span className="text-faint"> · </span>
          {session.agent.name}, {session.progress?.text}, <CostText session={session} />
        </p>
      </div>
      <ActsMenu session={session} acts={acts} look="ghost" />
      {about && (
        <Dialog title={titleOf(session)} onClose={() => setAbout(false)} sheet>
          <InfoBar session={session} />
        </Dialog>
      )}
    </>
  )
}
