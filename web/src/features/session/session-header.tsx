import { Link } from "@tanstack/react-router"
import {
  ChevronDown,
  ChevronLeft,
  Download,
  Ellipsis,
  FoldVertical,
  History,
  RotateCcw,
} from "lucide-react"
import { useState } from "react"
import { formatClock } from "../../domain/format"
import { whyLine } from "../../domain/row-fact"
import { agentName, errorText, isArchived, type Session, titleOf } from "../../domain/session"
import { statusLook } from "../../domain/state-tone"
import { actWords } from "../../domain/words/acts"
import { detailWords } from "../../domain/words/detail"
import { listWords } from "../../domain/words/list"
import { sessionWords } from "../../domain/words/session"
import { shellWords } from "../../domain/words/shell"
import { Button, IconButton } from "../../ui/button"
import { cx } from "../../ui/cx"
import { Dialog } from "../../ui/dialog"
import { Menu } from "../../ui/menu"
import { useTimed } from "../../ui/ticker"
import { contextItems, exportMenu, type SessionActs, sessionMenu } from "../session-actions"
import { CostText, Pieces, StatusBadge } from "../session-facts"
import { InfoBar } from "./info-bar"
import { SessionTitle } from "./session-title"

interface Props {
  /** As it is, or as it was at the replayed event. */
  session: Session
  acts: SessionActs
  /** The session as it is, while the past is shown. */
  now: Session | null
  onReplay: () => void
}

interface HeaderProps extends Props {
  /** The title is being changed in its place. */
  renaming: boolean
  onRename: (renaming: boolean) => void
}

function ActsMenu({ session, acts, now, onReplay, look }: Props & { look: "plain" | "ghost" }) {
  const items = sessionMenu(now ?? session, acts)
  const replay = {
    id: "replay",
    label: detailWords.replay.open,
    icon: History,
    hint: "p",
    onSelect: onReplay,
  }
  return (
    <Menu
      label={listWords.row.menu}
      align="end"
      items={
        now
          ? items
          : [
              replay,
              ...items.map((item, at) => ({ ...item, parted: at === 0 || item.parted === true })),
            ]
      }
      trigger={(props) => (
        <IconButton label={listWords.row.menu} look={look} {...props}>
          <Ellipsis className="icon s" />
        </IconButton>
      )}
    />
  )
}

export function SessionHeader({ renaming, onRename, ...props }: HeaderProps) {
  const { session, now } = props
  return (
    <section aria-label={sessionWords.session.info} className="shrink-0 px-6 pt-3.5">
      <div className="flex h-7 items-center gap-3">
        <SessionTitle session={now ?? session} editing={renaming} onEdit={onRename} />
        {now ? <PastBadge session={session} now={now} /> : <StatusBadge session={session} />}
        {!now && <WhyLine session={session} />}
        <span className="grow" />
        <ActionBar {...props} />
      </div>
      <InfoBar session={session} />
    </section>
  )
}

/** The past looks like the past: a neutral badge with its time, and what is true now. */
function PastBadge({ session, now }: { session: Session; now: Session }) {
  const then = statusLook(session.display_status, session.tone).label
  const at = session.last_activity_at ?? session.updated_at
  return (
    <>
      <span className="inline-flex h-6 shrink-0 items-center gap-1.5 rounded-control bg-bg px-2 text-small font-medium shadow-[inset_0_0_0_1px_var(--line)]">
        <History className="icon s text-muted" />
        {detailWords.replay.statusAt(then, formatClock(at))}
      </span>
      <span className="shrink-0 text-small text-muted">
        {detailWords.replay.now(statusLook(now.display_status, now.tone).label)}
      </span>
    </>
  )
}

const ACTS = { reset: RotateCcw, compact: FoldVertical } as const

/** Reset, Compact, Export, and the rest behind the dots; what changes a session waits for now. */
function ActionBar(props: Props) {
  const { session, acts, now, onReplay } = props
  const subject = now ?? session
  return (
    <div className="flex shrink-0 items-center gap-2">
      {!now &&
        !isArchived(session) &&
        contextItems(session, acts).map((item) => {
          const Icon = ACTS[item.id as keyof typeof ACTS] ?? FoldVertical
          return (
            <Button key={item.id} onClick={item.onSelect} className="max-[1180px]:hidden">
              <Icon className="icon s text-muted" />
              {item.label}
            </Button>
          )
        })}
      {!now && (
        <Button onClick={onReplay} className="max-[1280px]:hidden">
          <History className="icon s text-muted" />
          {detailWords.replay.label}
        </Button>
      )}
      <Menu
        label={actWords.acts.export}
        align="end"
        items={exportMenu(subject, acts)}
        trigger={(menu) => (
          <Button {...menu}>
            <Download className="icon s text-muted" />
            {actWords.acts.export}
            <ChevronDown className="icon xs text-muted" />
          </Button>
        )}
      />
      <ActsMenu {...props} look="plain" />
    </div>
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
export function PhoneHeader(props: Props) {
  const { session, now } = props
  const [about, setAbout] = useState(false)
  const look = statusLook(session.display_status, session.tone)
  return (
    <>
      <Link
        to="/sessions"
        aria-label={shellWords.nav.back}
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
            className="block min-h-6 max-w-full truncate text-left"
          >
            {titleOf(now ?? session)}
          </button>
        </h1>
        <p className="num truncate text-small text-muted">
          <span className={cx("font-medium", now ? "text-muted" : `tone-${look.tone}`)}>
            {look.label}
          </span>
          <span className="text-faint"> · </span>
          {agentName(session)}, {session.progress?.text}, <CostText session={session} />
        </p>
      </div>
      <ActsMenu {...props} look="ghost" />
      {about && (
        <Dialog title={titleOf(session)} onClose={() => setAbout(false)} sheet>
          <InfoBar session={session} />
        </Dialog>
      )}
    </>
  )
}
