import { useQuery } from "@tanstack/react-query"
import { useMemo } from "react"
import { imports } from "../../api/queries/workspace"
import { formatCount } from "../../domain/format"
import { activeFacets, parseFilter, type Search } from "../../domain/list-filter"
import { orderedIds } from "../../domain/list-order"
import { words } from "../../domain/words"
import { TopBar, usePageTitle } from "../shell"
import { FacetBar } from "./facet-bar"
import { FilterSheetButton } from "./filter-sheet"
import { ImportProgress } from "./import-progress"
import { ListBody } from "./list-body"
import { ListTabs } from "./list-tabs"
import "./session-list.css"
import { useDensity } from "./use-density"
import { useHold } from "./use-hold"
import { useSessionList } from "./use-session-list"

interface Props {
  search: Search
  onSearch: (search: Search) => void
}

/** The list of everything: what needs a person, what is at work, and the rest. */
export function SessionListPage({ search, onSearch }: Props) {
  const filter = useMemo(() => parseFilter(search), [search])
  const hold = useHold()
  const list = useSessionList(filter, hold.held)
  const density = useDensity(list.long)
  const sources = useQuery(imports).data ?? []
  const count = orderedIds(list.order).length
  const total = list.more.has ? words.list.atLeast(count) : formatCount(count)
  const ready = list.status === "ready"
  const firstRun = ready && count === 0 && filter.tab === "all" && activeFacets(filter).length === 0
  usePageTitle(words.list.title, list.attention.count)

  return (
    <>
      <TopBar acts={<FilterSheetButton search={search} onSearch={onSearch} />}>
        <h1 className="text-page font-semibold tracking-[-.01em] max-md:text-title">
          {words.list.title}
        </h1>
        {ready && <span className="num text-faint max-md:text-prose">{total}</span>}
      </TopBar>
      <ListTabs search={search} filter={filter} attention={list.attention} />
      {!firstRun && (
        <FacetBar
          search={search}
          filter={filter}
          onSearch={onSearch}
          waiting={list.waiting}
          onApply={list.apply}
          onRefresh={list.refresh}
          density={density}
        />
      )}
      <ImportProgress sources={sources} />
      <ListBody
        key={JSON.stringify(filter)}
        filter={filter}
        search={search}
        onSearch={onSearch}
        list={list}
        hold={hold}
        density={density}
        sources={sources}
        firstRun={firstRun}
      />
    </>
  )
}
