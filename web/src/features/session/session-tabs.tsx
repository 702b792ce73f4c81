import { useQuery } from "@tanstack/react-query"
import { Link, useNavigate } from "@tanstack/react-router"
import { useEffect, useRef } from "react"
import { hasEdits } from "../../api/queries/detail"
import { formatCount } from "../../domain/format"
import type { Session } from "../../domain/session"
import { sessionWords } from "../../domain/words/session"
import { cx } from "../../ui/cx"
import { useHotkeys } from "../../ui/hotkeys"
import { usePhone } from "../../ui/media"
import { TABS, type Tab, type TabFacts, tabsOf } from "./tabs"

interface Props {
  session: Session
  sessionKey: string
  current: string | null
  /** The replayed position, which goes along from tab to tab. */
  at: number | null
  onPlace: (place: HTMLElement | null) => void
}

/** Each tab is an address; number keys go to them. */
export function SessionTabs({ session, sessionKey, current, at, onPlace }: Props) {
  const navigate = useNavigate()
  const phone = usePhone()
  const open = TABS.some((tab) => tab.id === current) ? current : (TABS[0]?.id ?? null)
  const edits = useQuery(hasEdits(session.id, session.seq))
  const facts: TabFacts = { session, edits: edits.data?.found ?? null }
  const tabs = tabsOf(facts, open)
  const search: Record<string, string> = at === null ? {} : { at: String(at) }
  const keys = tabs.map((tab, index) => [
    String(index + 1),
    () =>
      void navigate({
        to: "/sessions/$key/$tab",
        params: { key: sessionKey, tab: tab.id },
        search,
      }),
  ])
  useHotkeys(Object.fromEntries(keys))
  const strip = useRef<HTMLElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab is open, or it is elsewhere
  useEffect(() => {
    const link = strip.current?.querySelector("[aria-current=page]")
    link?.scrollIntoView({ block: "nearest", inline: "center" })
  }, [open, tabs.length])
  return (
    <div className="flex min-h-9 shrink-0 flex-wrap items-stretch border-b border-line-soft px-6 max-md:flex-col max-md:flex-nowrap max-md:border-b-0 max-md:px-0">
      <nav
        ref={strip}
        aria-label={sessionWords.session.tabs}
        className="tab-strip flex h-9 shrink-0 grow gap-5 pr-4 max-md:h-10 max-md:shrink-0 max-md:gap-4 max-md:border-b max-md:border-line-soft max-md:px-4"
      >
        {tabs.map((tab) => (
          <Link
            key={tab.id}
            to="/sessions/$key/$tab"
            params={{ key: sessionKey, tab: tab.id }}
            search={search}
            aria-current={tab.id === open ? "page" : undefined}
            className={cx(
              "flex shrink-0 items-center gap-1.5 border-b-2 pt-0.5 outline-offset-[-2px]",
              tab.id === open
                ? "border-fg font-medium text-fg"
                : "border-transparent text-muted hover:text-fg",
            )}
          >
            {phone ? (tab.short ?? tab.title) : tab.title}
            <TabCount tab={tab} facts={facts} />
          </Link>
        ))}
      </nav>
      <div
        ref={onPlace}
        className="flex h-9 min-w-0 items-center gap-2 empty:hidden max-md:h-11 max-md:border-b max-md:border-line-soft max-md:px-4"
      />
    </div>
  )
}

function TabCount({ tab, facts }: { tab: Tab; facts: TabFacts }) {
  const count = tab.count?.(facts) ?? null
  if (count === null) return null
  return <span className="num text-small font-normal text-faint">{formatCount(count)}</span>
}
