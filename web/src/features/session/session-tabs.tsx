import { Link, useNavigate } from "@tanstack/react-router"
import { formatCount } from "../../domain/format"
import type { Session } from "../../domain/session"
import { words } from "../../domain/words"
import { cx } from "../../ui/cx"
import { useHotkeys } from "../../ui/hotkeys"
import { TABS } from "./tabs"

interface Props {
  session: Session
  sessionKey: string
  current: string | null
}

/** Each tab is an address; number keys go to them. */
export function SessionTabs({ session, sessionKey, current }: Props) {
  const navigate = useNavigate()
  const open = current ?? TABS[0]?.id
  const keys = TABS.map((tab, index) => [
    String(index + 1),
    () => void navigate({ to: "/sessions/$key/$tab", params: { key: sessionKey, tab: tab.id } }),
  ])
  useHotkeys(Object.fromEntries(keys))
  return (
    <nav
      aria-label={words.session.tabs}
      className="tab-strip flex h-9 shrink-0 gap-5 border-b border-line-soft px-6 max-md:h-10 max-md:gap-4 max-md:px-4"
    >
      {TABS.map((tab) => (
        <Link
          key={tab.id}
          to="/sessions/$key/$tab"
          params={{ key: sessionKey, tab: tab.id }}
          aria-current={tab.id === open ? "page" : undefined}
          className={cx(
            "-mb-px flex shrink-0 items-center gap-1.5 border-b-2 outline-offset-[-2px]",
            tab.id === open
              ? "border-fg font-medium text-fg"
              : "border-transparent text-muted hover:text-fg",
          )}
        >
          {tab.title}
          {tab.id === "conversation" && (
            <span className="num text-small font-normal text-faint">
              {formatCount(session.message_count)}
            </span>
          )}
        </Link>
      ))}
    </nav>
  )
}
