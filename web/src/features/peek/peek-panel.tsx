import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { X } from "lucide-react"
import type { ReactNode } from "react"
import { sessionDetail } from "../../api/queries/sessions"
import { rowStore } from "../../api/row-store"
import { formatCount } from "../../domain/format"
import { agentModel, agentName, type Session, titleOf } from "../../domain/session"
import { kindLabel } from "../../domain/state-tone"
import { centerWords } from "../../domain/words/command-center"
import { listWords } from "../../domain/words/list"
import { sessionWords } from "../../domain/words/session"
import { transcriptWords } from "../../domain/words/transcript"
import { buttonClass, IconButton } from "../../ui/button"
import { cx } from "../../ui/cx"
import { usePhone } from "../../ui/media"
import { useSettled } from "../../ui/settled"
import { Age, CostText, StatusBadge, TokensText, useSessionRow } from "../session-facts"
import { useOverlays } from "../shell"
import { RecentEntries } from "../transcript"
import { closePeek } from "./use-peek"

const say = centerWords.peek
const LAST = 20
const SETTLE_MS = 150

/** A session beside the list: status, facts, its last events; the list keeps the keys. */
export default function PeekPanel({ id }: { id: string }) {
  const phone = usePhone()
  const { center } = useOverlays()
  const row = useSessionRow(id)
  const read = useQuery({ ...sessionDetail(id), enabled: !row }).data
  const session = row ?? read
  return (
    <aside
      data-peek-panel=""
      aria-label={session ? say.title(titleOf(session)) : say.label}
      className={cx(
        "fixed bottom-0 z-(--z-float) flex w-120 max-w-full flex-col border-l border-line bg-bg shadow-float",
        phone ? "inset-0 w-full!" : "top-11",
        center && !phone ? "right-105" : "right-0",
      )}
    >
      {session ? <Content session={session} /> : <Head title="" />}
    </aside>
  )
}

function Head({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="flex h-11 shrink-0 items-center gap-2 border-b border-line-soft pr-2 pl-4">
      <h2 className="min-w-0 grow truncate font-semibold" data-tip={title}>
        {title}
      </h2>
      {children}
      <IconButton label={say.close} onClick={closePeek}>
        <X className="icon s" />
      </IconButton>
    </div>
  )
}

function Content({ session }: { session: Session }) {
  // While one runs through the list, only the row one stops at is read.
  const settled = useSettled(session.id, SETTLE_MS)
  const gone = rowStore.isRemoved(session.id)
  return (
    <>
      <Head title={titleOf(session)}>
        {!gone && (
          <Link
            to="/sessions/$key"
            params={{ key: session.id }}
            className={buttonClass("plain", "control")}
            onClick={closePeek}
          >
            {say.open}
          </Link>
        )}
      </Head>
      <div className="flex shrink-0 flex-col gap-3 border-b border-line-soft px-4 py-3">
        <div className="flex min-w-0 items-center gap-2">
          <StatusBadge session={session} />
          <span className="min-w-0 truncate text-small text-muted">{kindLabel(session.kind)}</span>
        </div>
        {session.approval_id && (
          <p className="-mt-1 text-small text-muted">{transcriptWords.marker.decideThere}</p>
        )}
        <Facts session={session} />
      </div>
      {gone ? (
        <p className="px-4 py-3 text-muted">{say.gone}</p>
      ) : (
        settled === session.id && <RecentEntries key={settled} session={session} count={LAST} />
      )}
    </>
  )
}

function Facts({ session }: { session: Session }) {
  const name = sessionWords.session
  const facts: [string, ReactNode][] = [
    [name.agent, agentName(session)],
    [name.model, agentModel(session) ?? "–"],
    [name.messages, formatCount(session.message_count)],
    [name.updated, <Age key="age" at={session.updated_at} />],
    [listWords.list.columns.tokens_in, <TokensText key="in" session={session} side="in" />],
    [listWords.list.columns.tokens_out, <TokensText key="out" session={session} side="out" />],
    [name.errors, formatCount(session.error_count)],
    [name.cost, <CostText key="cost" session={session} />],
  ]
  return (
    <dl className="grid grid-cols-4 gap-x-4 gap-y-2">
      {facts.map(([label, value]) => (
        <div key={label} className="min-w-0">
          <dt className="truncate text-meta text-faint">{label}</dt>
          <dd className="num truncate text-small">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
