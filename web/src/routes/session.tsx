import { createRoute, redirect, useNavigate } from "@tanstack/react-router"
import { lazy, Suspense } from "react"
import { root } from "./root"
import type { Search } from "./search"
import { workspace } from "./workspace"

/** The page, and ahead of its need what it opens with; that tells its own failure then. */
export async function loadSession() {
  const { SessionPage, TABS } = await import("../features/session")
  TABS[0]?.load().catch(() => undefined)
  return { default: SessionPage }
}

const SessionPage = lazy(loadSession)

interface Props {
  sessionKey: string
  tab: string | null
  search: Search
}

function Page(props: Props) {
  const navigate = useNavigate()
  // Where one is on the page is part of its address; going back leaves the page, not the place.
  const onSearch = (search: Search) => void navigate({ to: ".", search, replace: true })
  return (
    <Suspense>
      <SessionPage key={props.sessionKey} {...props} onSearch={onSearch} />
    </Suspense>
  )
}

export const session = createRoute({
  getParentRoute: () => workspace,
  path: "/sessions/$key",
  component: function SessionRoute() {
    const { key } = session.useParams()
    return <Page sessionKey={key} tab={null} search={session.useSearch()} />
  },
})

export const sessionTab = createRoute({
  getParentRoute: () => workspace,
  path: "/sessions/$key/$tab",
  component: function SessionTabRoute() {
    const { key, tab } = sessionTab.useParams()
    return <Page sessionKey={key} tab={tab} search={sessionTab.useSearch()} />
  },
})

export const shortLink = createRoute({
  getParentRoute: () => root,
  path: "/s/$key",
  beforeLoad: ({ params, search }) => {
    throw redirect({ to: "/sessions/$key", params, search, replace: true })
  },
})
