import { createRoute, redirect, useNavigate } from "@tanstack/react-router"
import { lazy, Suspense, useEffect } from "react"
import { root } from "./root"
import { loadSession } from "./session"
import { workspace } from "./workspace"

const SessionListPage = lazy(async () => ({
  default: (await import("../features/session-list")).SessionListPage,
}))

/** A list is read to open one of its sessions: its page is there by then. */
const AHEAD_MS = 1_500

export const sessions = createRoute({
  getParentRoute: () => workspace,
  path: "/sessions",
  component: function SessionsRoute() {
    const search = sessions.useSearch()
    const navigate = useNavigate()
    useEffect(() => {
      const timer = setTimeout(() => loadSession().catch(() => undefined), AHEAD_MS)
      return () => clearTimeout(timer)
    }, [])
    const onSearch = (next: Record<string, string>) =>
      void navigate({ to: "/sessions", search: next, replace: true })
    return (
      <Suspense>
        <SessionListPage search={search} onSearch={onSearch} />
      </Suspense>
    )
  },
})

export const index = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/sessions" })
  },
})
