import { type ComponentType, lazy, Suspense } from "react"
import type { Session } from "../../domain/session"
import { words } from "../../domain/words"
import { PanelBoundary } from "../../ui/panel-boundary"
import { FailurePanel } from "../shell"
import { TABS, type TabProps } from "./tabs"

const panels = new Map<string, ComponentType<TabProps>>(TABS.map((tab) => [tab.id, lazy(tab.load)]))

interface Props {
  session: Session
  tab: string | null
  event: string | null
}

/** The open tab, loaded when it is first opened. */
export function TabPanel({ session, tab, event }: Props) {
  const Panel = panels.get(tab ?? "") ?? panels.get(TABS[0]?.id ?? "")
  if (!Panel) return null
  return (
    <PanelBoundary
      key={tab}
      fallback={(error, retry) => (
        <div className="p-6 max-md:p-4">
          <FailurePanel
            title={words.error.panel}
            error={error}
            hint={words.error.panelHint}
            onRetry={retry}
          />
        </div>
      )}
    >
      <Suspense>
        <Panel session={session} event={event} />
      </Suspense>
    </PanelBoundary>
  )
}
