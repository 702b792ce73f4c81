import { type ComponentType, lazy, Suspense } from "react"
import { shellWords } from "../../domain/words/shell"
import { PanelBoundary } from "../../ui/panel-boundary"
import { FailurePanel } from "../shell"
import { TABS, type TabProps } from "./tabs"

const panels = new Map<string, ComponentType<TabProps>>(TABS.map((tab) => [tab.id, lazy(tab.load)]))

/** The open tab, loaded when it is first opened. */
export function TabPanel({ tab, ...props }: TabProps & { tab: string | null }) {
  const Panel = panels.get(tab ?? "") ?? panels.get(TABS[0]?.id ?? "")
  if (!Panel) return null
  return (
    <PanelBoundary
      key={tab}
      fallback={(error, retry) => (
        <div className="p-6 max-md:p-4">
          <FailurePanel
            title={shellWords.error.panel}
            error={error}
            hint={shellWords.error.panelHint}
            onRetry={retry}
          />
        </div>
      )}
    >
      <Suspense>
        <Panel {...props} />
      </Suspense>
    </PanelBoundary>
  )
}
