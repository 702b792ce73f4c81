import { createRouter, Link } from "@tanstack/react-router"
import { sessionWords } from "../domain/words/session"
import { shellWords } from "../domain/words/shell"
import { applyDatePreference } from "../features/session-facts"
import { FailurePanel, usePageTitle } from "../features/shell"
import { login } from "./login"
import { root } from "./root"
import { readSearch, writeSearch } from "./search"
import { session, sessionTab, shortLink } from "./session"
import { index, sessions } from "./sessions"
import { settings, settingsPage } from "./settings"
import { workspace } from "./workspace"

applyDatePreference()

const tree = root.addChildren([
  index,
  login,
  shortLink,
  workspace.addChildren([sessions, session, sessionTab, settings, settingsPage]),
])

export const router = createRouter({
  routeTree: tree,
  parseSearch: readSearch,
  stringifySearch: writeSearch,
  defaultErrorComponent: ({ error, reset }) => (
    <main className="p-6">
      <FailurePanel title={shellWords.error.panel} error={error} onRetry={reset} />
    </main>
  ),
  defaultNotFoundComponent: NotFound,
})

function NotFound() {
  usePageTitle(shellWords.error.noPage)
  return (
    <main className="flex h-full flex-col items-center justify-center gap-2">
      <h1 className="text-page font-semibold">{shellWords.error.noPage}</h1>
      <Link to="/sessions" className="text-accent">
        {sessionWords.session.toList}
      </Link>
    </main>
  )
}

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router
  }
}
