import { useQuery, useQueryClient } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { useEffect, useState } from "react"
import { ApiError } from "../../api/client"
import { onResync } from "../../api/live"
import { sessionDetail } from "../../api/queries/sessions"
import { titleOf } from "../../domain/session"
import { words } from "../../domain/words"
import { Delayed } from "../../ui/delayed"
import { useHotkeys } from "../../ui/hotkeys"
import { usePhone } from "../../ui/media"
import { SkeletonBar } from "../../ui/small"
import { useSessionActs } from "../session-actions"
import { FailurePanel, TopBar, usePageTitle } from "../shell"
import { Crumbs } from "./crumbs"
import { Gone } from "./gone"
import { PhoneHeader, SessionHeader } from "./session-header"
import { SessionTabs } from "./session-tabs"
import { TabPanel } from "./tab-panel"
import { useAnnouncedStatus } from "./use-announced-status"
import { useDeleted, useLiveSession } from "./use-live-session"

interface Props {
  /** Id or key, as the address has it. */
  sessionKey: string
  tab: string | null
  event: string | null
}

export function SessionPage({ sessionKey, tab, event }: Props) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const detail = useQuery(sessionDetail(sessionKey))
  const session = useLiveSession(detail.data)
  const deleted = useDeleted(detail.data?.id)
  const [renaming, setRenaming] = useState(false)
  const phone = usePhone()
  const shared = useSessionActs(() => void navigate({ to: "/sessions" }))
  const acts = phone ? shared : { ...shared, rename: () => setRenaming(true) }
  const gone =
    deleted ||
    (detail.error instanceof ApiError && [400, 403, 404, 410].includes(detail.error.status))
  usePageTitle(gone ? words.session.gone : session ? titleOf(session) : words.nav.sessions)
  useAnnouncedStatus(session)
  useEffect(
    () => onResync(() => void client.invalidateQueries({ queryKey: ["sessions", "detail"] })),
    [client],
  )
  useHotkeys(
    session
      ? {
          r: () => acts.rename(session),
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
              title={words.error.session}
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
  return (
    <>
      <TopBar>
        {phone ? <PhoneHeader session={session} acts={acts} /> : <Crumbs session={session} />}
      </TopBar>
      {!phone && (
        <SessionHeader session={session} acts={acts} renaming={renaming} onRename={setRenaming} />
      )}
      <SessionTabs session={session} sessionKey={sessionKey} current={tab} />
      <TabPanel session={session} tab={tab} event={event} />
      {acts.dialogs}
    </>
  )
}

function HeaderSkeleton() {
  return (
    <div className="flex flex-col gap-4 px-6 pt-5 max-md:px-4" role="status">
      <span className="sr-only">{words.loading.page}</span>
      <SkeletonBar width={320} className="h-4! max-w-full" />
      <SkeletonBar width={620} className="max-w-full" />
      <SkeletonBar width={820} className="mt-10 h-9! max-w-full rounded-card!" />
      <SkeletonBar width={700} className="max-w-full" />
      <SkeletonBar width={560} className="max-w-full" />
    </div>
  )
}
