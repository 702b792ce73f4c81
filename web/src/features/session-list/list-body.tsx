import type { ImportSource } from "../../api/types"
import { activeFacets, type ListFilter, type Search } from "../../domain/list-filter"
import { words } from "../../domain/words"
import { usePhone } from "../../ui/media"
import { PanelBoundary } from "../../ui/panel-boundary"
import { FailurePanel } from "../shell"
import { EmptyTab, NoMatch } from "./empty-list"
import { FirstRun } from "./first-run"
import { isAtWork } from "./import-progress"
import { LoadingRows } from "./loading-rows"
import { SessionTable } from "./session-table"
import type { Density } from "./use-density"
import type { Hold } from "./use-hold"
import type { SessionList } from "./use-session-list"

interface Props {
  filter: ListFilter
  search: Search
  onSearch: (search: Search) => void
  list: SessionList
  hold: Hold
  density: Density
  sources: ImportSource[]
  firstRun: boolean
}

/** The rows, or what stands in their place. */
export function ListBody(props: Props) {
  const { list, filter, sources } = props
  const phone = usePhone()
  const compact = props.density.compact && !phone
  if (list.status === "loading") return <LoadingRows phone={phone} onCancel={list.cancel} />
  if (list.status === "cancelled") return <LoadingRows phone={phone} onRetry={list.refresh} />
  if (list.status === "failed") {
    return (
      <Panel>
        <FailurePanel title={words.error.list} error={list.error} onRetry={list.refresh} />
      </Panel>
    )
  }
  if (list.order.length === 0) {
    if (props.firstRun) return isAtWork(sources) ? null : <FirstRun sources={sources} />
    if (activeFacets(filter).length > 0) return <NoMatch {...props} />
    return <EmptyTab tab={filter.tab} />
  }
  return (
    <>
      {list.error && !list.more.failed && (
        <Panel>
          <FailurePanel
            title={words.error.refresh}
            error={list.error}
            hint={words.error.rowsStay(clockOf(list.readAt))}
            onRetry={list.refresh}
          />
        </Panel>
      )}
      <PanelBoundary
        fallback={(error, retry) => (
          <Panel>
            <FailurePanel title={words.error.panel} error={error} onRetry={retry} />
          </Panel>
        )}
      >
        <SessionTable
          list={list}
          hold={props.hold}
          compact={compact}
          phone={phone}
          arriving={isAtWork(sources)}
          memoryKey={JSON.stringify(filter)}
        />
      </PanelBoundary>
    </>
  )
}

function Panel({ children }: { children: React.ReactNode }) {
  return <div className="shrink-0 px-6 pb-3 max-md:px-4">{children}</div>
}

function clockOf(at: number): string {
  return new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })
}
