import { Link } from "@tanstack/react-router"
import { type ListFilter, type Search, TABS, type Tab, withTab } from "../../domain/list-filter"
import { words } from "../../domain/words"
import { cx } from "../../ui/cx"

interface Props {
  search: Search
  filter: ListFilter
  attention: { count: number; exact: boolean }
}

/** Views of the list. Each is an address, so it can be opened, shared and gone back from. */
export function ListTabs({ search, filter, attention }: Props) {
  return (
    <nav
      aria-label={words.list.tabsLabel}
      className="tab-strip flex h-11 shrink-0 gap-5 border-b border-line-soft px-6 max-md:h-10 max-md:gap-4 max-md:px-4"
    >
      {TABS.map((tab) => (
        <TabLink
          key={tab}
          tab={tab}
          search={search}
          current={tab === filter.tab}
          attention={attention}
        />
      ))}
    </nav>
  )
}

const intoView = (tab: Element | null) =>
  tab?.scrollIntoView({ block: "nearest", inline: "center" })

interface TabProps {
  tab: Tab
  search: Search
  current: boolean
  attention: Props["attention"]
}

function TabLink({ tab, search, current, attention }: TabProps) {
  const count = tab === "needs-you" && attention.count > 0 ? attention.count : null
  return (
    <Link
      to="/sessions"
      search={withTab(search, tab)}
      ref={current ? intoView : undefined}
      aria-current={current ? "page" : undefined}
      className={cx(
        "-mb-px flex shrink-0 items-center gap-1.5 border-b-2 whitespace-nowrap outline-offset-[-2px]",
        current ? "border-fg font-medium text-fg" : "border-transparent text-muted hover:text-fg",
      )}
    >
      {words.list.tabs[tab]}
      {count !== null && (
        <span className="num text-small font-semibold tone-attention">
          {attention.exact ? count : words.list.atLeast(count)}
        </span>
      )}
    </Link>
  )
}
