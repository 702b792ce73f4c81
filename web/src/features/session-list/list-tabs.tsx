import { Link } from "@tanstack/react-router"
import { useEffect, useRef } from "react"
import { formatCount } from "../../domain/format"
import { type Counts, tabCount } from "../../domain/list-counts"
import { type ListFilter, type Search, TABS, type Tab, withTab } from "../../domain/list-filter"
import { listWords } from "../../domain/words/list"
import { cx } from "../../ui/cx"

interface Props {
  search: Search
  filter: ListFilter
  counts: Counts | undefined
}

/** Views of the list. Each is an address, so it can be opened, shared and gone back from. */
export function ListTabs({ search, filter, counts }: Props) {
  return (
    <nav
      aria-label={listWords.list.tabsLabel}
      className="tab-strip flex h-11 shrink-0 gap-5 border-b border-line-soft px-6 max-md:h-10 max-md:gap-4 max-md:px-4"
    >
      {TABS.map((tab) => (
        <TabLink key={tab} tab={tab} search={search} current={tab === filter.tab} counts={counts} />
      ))}
    </nav>
  )
}

interface TabProps {
  tab: Tab
  search: Search
  current: boolean
  counts: Counts | undefined
}

function TabLink({ tab, search, current, counts }: TabProps) {
  const counted = tabCount(counts, tab)
  const needs = tab === "needs-you" && counted !== undefined && counted.count > 0
  const link = useRef<HTMLAnchorElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: counts make the tabs before it wider
  useEffect(() => {
    if (current) link.current?.scrollIntoView({ block: "nearest", inline: "center" })
  }, [current, counts])
  return (
    <Link
      to="/sessions"
      search={withTab(search, tab)}
      ref={link}
      aria-current={current ? "page" : undefined}
      className={cx(
        "-mb-px flex min-w-6 shrink-0 items-center justify-center gap-1.5 border-b-2 whitespace-nowrap outline-offset-[-2px]",
        current ? "border-fg font-medium text-fg" : "border-transparent text-muted hover:text-fg",
      )}
    >
      {listWords.list.tabs[tab]}
      {counted && (
        <span
          className={cx(
            "num text-small",
            needs ? "font-semibold tone-attention" : "font-normal text-faint",
          )}
        >
          {counted.more ? listWords.list.atLeast(counted.count) : formatCount(counted.count)}
        </span>
      )}
    </Link>
  )
}
