import { createRoute, useRouterState } from "@tanstack/react-router"
import { lazy, Suspense } from "react"
import { safeReturn, tokenOfLink } from "../domain/login-token"
import { root } from "./root"

const LoginPage = lazy(async () => ({
  default: (await import("../features/login")).LoginPage,
}))

export const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  component: function LoginRoute() {
    const { next } = login.useSearch()
    // A link opened on this very page changes no more than the fragment.
    const href = useRouterState({ select: ({ location }) => location.href })
    const token = tokenOfLink(new URL(href, window.location.origin).href)
    // A full load: everything that was read as a stranger is forgotten.
    const onDone = () => window.location.replace(safeReturn(next))
    return (
      <Suspense>
        <LoginPage token={token} onDone={onDone} />
      </Suspense>
    )
  },
})
