import { useQuery, useQueryClient } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { lazy, Suspense, useEffect, useState } from "react"
import { ApiError } from "../../api/client"
import { onResync } from "../../api/live"
import { sessionDetail } from "../../api/queries/sessions"
import { titleOf } from "../../domain/session"
import { sessionWords } from "../../domain/words/session"
import { shellWords } from "../../domain/words/shell"
import { Delayed } from "../../ui/delayed"
import { useHotkeys } from "../../ui/hotkeys"
import { usePhone } from "../../ui/media"
import { SkeletonBar } from "../../ui/small"
import { useSessionActs } from "../session-actions"
import { useDeleted } from "../session-facts"
import { FailurePanel, TopBar, usePageTitle } from "../shell"
import { Crumbs } from "./crumbs"
import { Gone } from "./gone"
import { useReplay } from "./replay/use-replay"
import { PhoneHeader, SessionHeader } from "./session-header"
import { SessionTabs } from "./session-tabs"
import { AsidePlace } from "./tab-aside"
import { TabPanel } from "./tab-panel"
import { useAnnouncedStatus } from "./use-announced-status"
import { useLiveSession } from "./use-live-session"

const ReplayStrip = lazy(() => import("./replay/replay-strip"))
const ReplayBanner = lazy(() => import("./replay/replay-banner"))

interface Props {
  /** Id or key, as the address has it. */
  sessionKey: string
  tab: string | null
  search: Readonly<Record<string, string>>
  onSearch: (search: Record<string, string>) => void
}

export function SessionPage({ sessionKey, tab, search, onSearch }: Props) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const detail = useQuery(sessionDetail(sessionKey))
  const session = useLiveSession(detail.data)
  const deleted = useDeleted(detail.data?.id)
  const [renaming, setRenaming] = useState(false)
  const [aside, setAside] = useState<HTMLElement | null>(null)
  const replay = useReplay(session, search.at)
  const phone = usePhone()
  const shared = useSessionActs(() => void navigate({ to: "/sessions" }))
  const acts = phone ? shared : { ...shared, rename: () => setRenaming(true) }
  const change = (changes: Record<string, string | null>) => {
    const next: Record<string, string> = { ...search }
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) delete next[name]
      else next[name] = value
    }
    onSearch(next)
  }
  const goTo = (seq: number | null) => change({ at: seq === null ? null : String(seq) })
  const gone =
    deleted ||
    (detail.error instanceof ApiError && [400, 403, 404, 410].includes(detail.error.status))
  usePageTitle(
    gone ? sessionWords.session.gone : session ? titleOf(session) : shellWords.nav.sessions,
  )
  useAnnouncedStatus(session)
  useEffect(
    () => onResync(() => void client.invalidateQueries({ queryKey: ["sessions", "detail"] })),
    [client],
  )
  useHotkeys(
    session
      ? {
          r: () => acts.rename(session),
          t: () => acts.label(session),
          p: () => goTo(replay.at === null ? Math.max(1, session.seq) : null),
          e: () => session.archived_at === null && acts.toggleArchive(session),
          "shift+e": () => session.archived_at !== null && acts.toggleArchive(session),
          "#": () => acts.remove(session),
          "y l": () => acts.copyLink(session),
          "y i": () => acts.copyId(session),
        }
      : {},
  )

  if (!session || deleted) {
    return (
      <>
        <TopBar>
          <Crumbs session={null} />
        </TopBar>
        {gone && <Gone />}
        {detail.error && !gone && (
          <div className="p-6 max-md:p-4">
            <FailurePanel
              title={shellWords.error.session}
              error={detail.error}
              onRetry={() => void detail.refetch()}
            />
          </div>
        )}
        {!detail.error && !gone && (
          <Delayed>
            <HeaderSkeleton />
          </Delayed>
        )}
      </>
    )
  }
  const header = {
    session: replay.past ?? session,
    acts,
    now: replay.at === null ? null : session,
    onReplay: () => goTo(Math.max(1, session.seq)),
  }
  return (
    <AsidePlace value={aside}>
      <TopBar>{phone ? <PhoneHeader {...header} /> : <Crumbs session={session} />}</TopBar>
      {!phone && <SessionHeader {...header} renaming={renaming} onRename={setRenaming} />}
      <SessionTabs
        session={replay.past ?? session}
        sessionKey={sessionKey}
        current={tab}
        at={replay.at}
        onPlace={setAside}
      />
      {replay.at !== null && (
        <Suspense fallback={<div className="h-17 shrink-0 bg-surface" />}>
          <ReplayStrip sessionId={session.id} at={replay.at} last={session.seq} onAt={goTo} />
          <ReplayBanner
            sessionId={session.id}
            at={replay.at}
            last={session.seq}
            onReturn={() => goTo(null)}
          />
        </Suspense>
      )}
      <TabPanel
        session={session}
        tab={tab}
        event={search.event ?? null}
        at={tab && tab !== "conversation" && tab !== "raw" ? replay.settled : replay.at}
        past={replay.past}
        search={search}
        onSearch={change}
      />
      {acts.dialogs}
    </AsidePlace>
  )
}

function HeaderSkeleton() {
  return (
    <div className="flex flex-col gap-4 px-6 pt-5 max-md:px-4" role="status">
      <span className="sr-only">{shellWords.loading.page}</span>
      <SkeletonBar width={320} className="h-4! max-w-full" />
      <SkeletonBar width={620} className="max-w-full" />
      <SkeletonBar width={820} className="mt-10 h-9! max-w-full rounded-card!" />
      <SkeletonBar width={700} className="max-w-full" />
      <SkeletonBar width={560} className="max-w-full" />
    </div>
  )
}
