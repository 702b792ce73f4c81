import type { ComponentType } from "react"
import type { Session } from "../../domain/session"

/** A view of one session. A folder under tabs/ with a tab.tsx is a tab; nothing else is edited. */
export interface Tab {
  id: string
  title: string
  order: number
  load: () => Promise<{ default: ComponentType<TabProps> }>
}

export interface TabProps {
  session: Session
  /** The event a link points at. */
  event: string | null
}

export type TabId = string

const found = import.meta.glob<{ default: Tab }>("./tabs/*/tab.tsx", { eager: true })

/** The first one is what a session opens with. */
export const TABS: Tab[] = Object.values(found)
  .map((module) => module.default)
  .sort((a, b) => a.order - b.order)
