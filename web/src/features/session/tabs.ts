import type { ComponentType } from "react"
import type { Session } from "../../domain/session"

/** A view of one session. A folder under tabs/ with a tab.tsx is a tab; nothing else is edited. */
export interface Tab {
  id: string
  title: string
  /** Where there is little room. */
  short?: string
  order: number
  /** Left out where it would have nothing to show; its address works all the same. */
  shows?: (facts: TabFacts) => boolean
  /** A number behind the title; null where it is not known. */
  count?: (facts: TabFacts) => number | null
  load: () => Promise<{ default: ComponentType<TabProps> }>
}

export interface TabFacts {
  session: Session
  /** Whether a file was edited; null until that is known. */
  edits: boolean | null
}

export interface TabProps {
  session: Session
  /** The event a link points at. */
  event: string | null
  /** The seq up to which the session is shown; null is now. */
  at: number | null
  /** The row as it was at that seq, once it is read. */
  past: Session | null
  /** What the address says; each tab reads its own words of it. */
  search: Readonly<Record<string, string>>
  /** Changes words of the address; null takes one away. */
  onSearch: (changes: Record<string, string | null>) => void
}

const found = import.meta.glob<{ default: Tab }>("./tabs/*/tab.tsx", { eager: true })

/** The first one is what a session opens with. */
export const TABS: Tab[] = Object.values(found)
  .map((module) => module.default)
  .sort((a, b) => a.order - b.order)

/** The tabs of a session, and the open one even where it has nothing to show. */
export function tabsOf(facts: TabFacts, open: string | null): Tab[] {
  return TABS.filter((tab) => tab.id === open || tab.shows?.(facts) !== false)
}
