import { Link } from "@tanstack/react-router"
import { type SettingsPageName, settingsWords as words } from "../../domain/words/settings"
import { cx } from "../../ui/cx"

const GROUPS: [keyof typeof words.groups, SettingsPageName[]][] = [
  ["you", ["profile"]],
  ["workspace", ["keys"]],
  ["data", ["imports", "redaction"]],
  ["system", ["diagnostics"]],
]

/** The pages in groups; on a phone one line that scrolls. */
export function SettingsNav({ current }: { current: SettingsPageName | null }) {
  return (
    <nav
      aria-label={words.nav}
      className="tab-strip w-50 shrink-0 border-r border-line-soft px-4 pt-2 pb-4 max-md:flex max-md:w-full max-md:border-r-0 max-md:border-b max-md:px-2 max-md:py-0"
    >
      {GROUPS.map(([group, pages]) => (
        <div key={group} className="pb-3 max-md:contents">
          <p className="px-2 py-1 text-meta text-faint max-md:hidden">{words.groups[group]}</p>
          {pages.map((page) => (
            <Link
              key={page}
              to="/settings/$page"
              params={{ page }}
              aria-current={page === current ? "page" : undefined}
              className={cx(
                "flex h-7 items-center rounded-control px-2 text-small whitespace-nowrap max-md:h-11 max-md:rounded-none max-md:px-3",
                page === current
                  ? "bg-selected font-medium max-md:border-b-2 max-md:border-fg max-md:bg-transparent"
                  : "text-muted hover:bg-hover hover:text-fg",
              )}
            >
              {words.pages[page]}
            </Link>
          ))}
        </div>
      ))}
    </nav>
  )
}
