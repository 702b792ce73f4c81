import { createRoute, redirect } from "@tanstack/react-router"
import { lazy, Suspense } from "react"
import { root } from "./root"
import { workspace } from "./workspace"

const SessionPage = lazy(async () => ({
  default: (await import("../features/session")).SessionPage,
}))

interface Props {
  sessionKey: string
  tab: string | null
  event: string | null
}

function Page(props: Props) {
  return (
    <Suspense>
      <SessionPage key={props.sessionKey} {...props} />
    </Suspense>
  )
}

export const session = createRoute({
  getParentRoute: () => workspace,
  path: "/sessions/$key",
  component: function SessionRoute() {
    const { key } = session.useParams()
    return <Page sessionKey={key} tab={null} event={session.useSearch().event ?? null} />
  },
})

export const sessionTab = createRoute({
  getParentRoute: () => workspace,
  path: "/sessions/$key/$tab",
  component: function SessionTabRoute() {
    const { key, tab } = sessionTab.useParams()
    return <Page sessionKey={key} tab={tab} event={sessionTab.useSearch().event ?? null} />
  },
})

export const shortLink = createRoute({
  getParentRoute: () => root,
  path: "/s/$key",
  beforeLoad: ({ params, search }) => {
    throw redirect({ to: "/sessions/$key", params, search, replace: true })
  },
})
