import { lazy, Suspense } from "react"
import type { ImportSource } from "../../api/types"
import { activeFacets, type ListFilter, type Search, withValue } from "../../domain/list-filter"
import { type Sort, sortWord } from "../../domain/list-sort"
import { shellWords } from "../../domain/words/shell"
import { usePhone } from "../../ui/media"
import { PanelBoundary } from "../../ui/panel-boundary"
import { FailurePanel } from "../shell"
import { EmptyTab } from "./empty-list"
import { isAtWork } from "./import-state"
import { LoadingRows } from "./loading-rows"
import { SessionTable } from "./session-table"
import type { Columns } from "./use-columns"
import type { Hold } from "./use-hold"
import type { SessionList } from "./use-session-list"

const FirstRun = lazy(() => import("./first-run"))
const NoMatch = lazy(() => import("./no-match"))

interface Props {
  filter: ListFilter
  search: Search
  sort: Sort | null
  onSearch: (search: Search) => void
  list: SessionList
  hold: Hold
  compact: boolean
  columns: Columns
  sources: ImportSource[]
  firstRun: boolean
}

/** The rows, or what stands in their place. */
export function ListBody(props: Props) {
  const { list, filter, sources, search } = props
  const phone = usePhone()
  const loading = { phone, columns: props.columns.shown }
  if (list.status === "loading") return <LoadingRows {...loading} onCancel={list.cancel} />
  if (list.status === "cancelled") return <LoadingRows {...loading} onRetry={list.refresh} />
  if (list.status === "failed") {
    return (
      <Panel>
        <FailurePanel title={shellWords.error.list} error={list.error} onRetry={list.refresh} />
      </Panel>
    )
  }
  if (list.order.length === 0) {
    return (
      <Suspense>
        <NoRows {...props} />
      </Suspense>
    )
  }
  const onSort = (sort: Sort | null) =>
    props.onSearch(withValue(search, "sort", sort && sortWord(sort)))
  return (
    <>
      {list.error && !list.more.failed && (
        <Panel>
          <FailurePanel
            title={shellWords.error.refresh}
            error={list.error}
            hint={shellWords.error.rowsStay(clockOf(list.readAt))}
            onRetry={list.refresh}
          />
        </Panel>
      )}
      <PanelBoundary
        fallback={(error, retry) => (
          <Panel>
            <FailurePanel title={shellWords.error.panel} error={error} onRetry={retry} />
          </Panel>
        )}
      >
        <SessionTable
          list={list}
          hold={props.hold}
          compact={props.compact && !phone}
          phone={phone}
          arriving={isAtWork(sources)}
          columns={props.columns}
          sort={props.sort}
          onSort={onSort}
          tab={filter.tab}
          memoryKey={JSON.stringify([filter, props.sort])}
        />
      </PanelBoundary>
    </>
  )
}

function NoRows(props: Props) {
  const { filter, sources } = props
  if (props.firstRun) return isAtWork(sources) ? null : <FirstRun sources={sources} />
  if (activeFacets(filter).length > 0) return <NoMatch {...props} />
  return <EmptyTab tab={filter.tab} />
}

function Panel({ children }: { children: React.ReactNode }) {
  return <div className="shrink-0 px-6 pb-3 max-md:px-4">{children}</div>
}

function clockOf(at: number): string {
  return new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })
}
