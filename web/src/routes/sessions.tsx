import { createRoute, redirect, useNavigate } from "@tanstack/react-router"
import { SessionListPage } from "../features/session-list"
import { root } from "./root"
import { workspace } from "./workspace"

export const sessions = createRoute({
  getParentRoute: () => workspace,
  path: "/sessions",
  component: function SessionsRoute() {
    const search = sessions.useSearch()
    const navigate = useNavigate()
    const onSearch = (next: Record<string, string>) =>
      void navigate({ to: "/sessions", search: next, replace: true })
    return <SessionListPage search={search} onSearch={onSearch} />
  },
})

export const index = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/sessions" })
  },
})
