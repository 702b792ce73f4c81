import { createRouter, Link } from "@tanstack/react-router"
import { words } from "../domain/words"
import { FailurePanel, usePageTitle } from "../features/shell"
import { login } from "./login"
import { root } from "./root"
import { readSearch, writeSearch } from "./search"
import { session, sessionTab, shortLink } from "./session"
import { index, sessions } from "./sessions"
import { workspace } from "./workspace"

const tree = root.addChildren([
  index,
  login,
  shortLink,
  workspace.addChildren([sessions, session, sessionTab]),
])

export const router = createRouter({
  routeTree: tree,
  parseSearch: readSearch,
  stringifySearch: writeSearch,
  defaultErrorComponent: ({ error, reset }) => (
    <main className="p-6">
      <FailurePanel title={words.error.panel} error={error} onRetry={reset} />
    </main>
  ),
  defaultNotFoundComponent: NotFound,
})

function NotFound() {
  usePageTitle(words.error.noPage)
  return (
    <main className="flex h-full flex-col items-center justify-center gap-2">
      <h1 className="text-page font-semibold">{words.error.noPage}</h1>
      <Link to="/sessions" className="text-accent">
        {words.session.toList}
      </Link>
    </main>
  )
}

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router
  }
}
