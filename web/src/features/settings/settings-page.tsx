import { Link } from "@tanstack/react-router"
import { ChevronRight } from "lucide-react"
import { type ComponentType, useEffect } from "react"
import { startLive } from "../../api/live"
import { type SettingsPageName, settingsWords as words } from "../../domain/words/settings"
import { shellWords } from "../../domain/words/shell"
import { PanelBoundary } from "../../ui/panel-boundary"
import { FailurePanel, TopBar, usePageTitle } from "../shell"
import { Diagnostics } from "./diagnostics"
import { Imports } from "./imports"
import { Keys } from "./keys"
import { Profile } from "./profile"
import { Redaction } from "./redaction"
import { SettingsNav } from "./settings-nav"

const PAGES: Record<SettingsPageName, ComponentType> = {
  profile: Profile,
  keys: Keys,
  redaction: Redaction,
  imports: Imports,
  diagnostics: Diagnostics,
}

const isPage = (name: string): name is SettingsPageName => Object.hasOwn(PAGES, name)

/** Settings: their pages at the side, one of them open. */
export function SettingsPage({ page }: { page: string }) {
  const known = isPage(page) ? page : null
  const title = known ? words.pages[known] : words.title
  const Page = known && PAGES[known]
  // No list was read here after which to follow: the stream starts at the present.
  useEffect(() => startLive(null), [])
  usePageTitle(known ? `${title}, ${words.title}` : words.title)
  return (
    <>
      <TopBar>
        <nav
          aria-label={shellWords.nav.breadcrumb}
          className="flex min-w-0 items-center gap-1.5 text-muted"
        >
          <Link
            to="/settings"
            className="hover:text-fg max-md:text-page max-md:font-semibold max-md:text-fg"
          >
            {words.title}
          </Link>
          <ChevronRight aria-hidden="true" className="icon xs text-faint max-md:hidden" />
          <span aria-current="page" className="truncate text-fg max-md:hidden">
            {title}
          </span>
        </nav>
      </TopBar>
      <div className="flex min-h-0 grow max-md:flex-col">
        <SettingsNav current={known} />
        <div className="min-w-0 grow overflow-y-auto scroll-py-4 px-6 py-4 max-md:px-4">
          {Page ? (
            <PanelBoundary
              key={page}
              fallback={(error, reset) => (
                <FailurePanel title={shellWords.error.panel} error={error} onRetry={reset} />
              )}
            >
              <Page />
            </PanelBoundary>
          ) : (
            <h1 className="text-page font-semibold">{words.noPage}</h1>
          )}
        </div>
      </div>
    </>
  )
}
