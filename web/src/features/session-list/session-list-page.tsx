import { useQuery } from "@tanstack/react-query"
import { lazy, Suspense, useMemo, useState } from "react"
import { imports } from "../../api/queries/workspace"
import { formatCount } from "../../domain/format"
import { sumOf, tabCount } from "../../domain/list-counts"
import {
  activeFacets,
  parseFilter,
  type Search,
  showsArchived,
  withValue,
} from "../../domain/list-filter"
import { parseSort } from "../../domain/list-sort"
import { listWords } from "../../domain/words/list"
import { usePhone } from "../../ui/media"
import { TopBar, useFollowRows, usePageTitle } from "../shell"
import { ColumnsMenu } from "./columns-menu"
import { FacetBar } from "./facet-bar"
import { useFacetOptions } from "./facet-options"
import { FilterSheetButton } from "./filter-sheet"
import { ImportProgress } from "./import-progress"
import { isTelling } from "./import-state"
import { ListBody } from "./list-body"
import { ListTabs } from "./list-tabs"
import { SearchButton } from "./search-button"
import { SearchField } from "./search-field"
import "./session-list.css"
import { useColumns } from "./use-columns"
import { COUNTS, useCounts } from "./use-counts"
import { useDensity } from "./use-density"
import { useHold, useLatched } from "./use-hold"
import { useSearch } from "./use-search"
import { useSessionList } from "./use-session-list"
import { useOpenView } from "./use-views"
import { ViewNotes } from "./view-notes"
import { ViewsMenu } from "./views-menu"

const SearchResults = lazy(() => import("./search-results"))

interface Props {
  search: Search
  onSearch: (search: Search) => void
}

/** What of an address narrows the list; two addresses that narrow alike show one list. */
const narrowing = ({ cols: _, sort: _s, density: _d, view: _v, q: _q, ...rest }: Search) =>
  JSON.stringify(parseFilter(rest))

/** The list of everything: what needs a person, what is at work, and the rest. */
export function SessionListPage({ search, onSearch }: Props) {
  const key = narrowing(search)
  const filter = useMemo(() => JSON.parse(key) as ReturnType<typeof parseFilter>, [key])
  const sort = useMemo(() => parseSort(search.sort), [search.sort])
  const found = useSearch(search.q ?? "", filter)
  const searching = found.text !== ""
  const hold = useHold()
  const list = useSessionList(filter, sort, hold.held, !searching)
  const density = useDensity(list.long, search, onSearch)
  const columns = useColumns(search, onSearch, density.compact)
  const counts = useCounts(filter)
  useFollowRows(COUNTS, list.paged)
  const options = useFacetOptions(counts, filter)
  const openView = useOpenView(search, onSearch)
  const sources = useQuery(imports).data ?? []
  const told = useLatched(isTelling(sources), hold.held)
  const phone = usePhone()
  const [fieldOpen, setFieldOpen] = useState(false)

  const shownTabs = [filter.tab, ...(showsArchived(filter) ? (["archived"] as const) : [])]
  const counted = shownTabs.flatMap((tab) => tabCount(counts, tab) ?? [])
  const total = counted.length > 0 ? sumOf(counted) : null
  const narrowed = filter.tab !== "all" || activeFacets(filter).length > 0 || searching
  const firstRun = list.status === "ready" && list.order.length === 0 && !narrowed
  usePageTitle(listWords.list.title, tabCount(counts, "needs-you")?.count)

  const field = (
    <SearchField
      value={search.q ?? ""}
      onChange={(text) => onSearch(withValue(search, "q", text))}
      problem={found.problem}
      focused={fieldOpen}
      className={phone ? "mx-4 mb-2" : "w-62"}
    />
  )
  return (
    <>
      <TopBar
        acts={
          <>
            <SearchButton open={fieldOpen} onOpen={() => setFieldOpen(!fieldOpen)} />
            <FilterSheetButton
              search={search}
              filter={filter}
              options={options}
              onSearch={onSearch}
            />
          </>
        }
      >
        <h1 className="text-page font-semibold tracking-[-.01em] max-md:text-title">
          {listWords.list.title}
        </h1>
        {total && (
          <span className="num text-faint max-md:text-prose">
            {total.more ? listWords.list.atLeast(total.count) : formatCount(total.count)}
          </span>
        )}
      </TopBar>
      {phone && (fieldOpen || searching) && field}
      <ListTabs search={search} filter={filter} counts={counts} />
      {!firstRun && (
        <FacetBar
          search={search}
          filter={filter}
          options={options}
          onSearch={onSearch}
          waiting={searching ? 0 : list.waiting}
          onApply={list.apply}
          onRefresh={list.refresh}
          density={density}
          field={!phone && field}
          menus={
            <>
              <ViewsMenu
                search={search}
                filter={filter}
                sort={sort}
                columns={columns.chosen}
                compact={density.compact}
                onSearch={onSearch}
              />
              <ColumnsMenu columns={columns} compact={density.compact} />
            </>
          }
        />
      )}
      <ViewNotes {...openView} />
      {told && <ImportProgress sources={sources} />}
      {searching ? (
        <Suspense>
          <SearchResults
            search={found}
            filter={filter}
            address={search}
            columns={columns.shown}
            onAddress={onSearch}
          />
        </Suspense>
      ) : (
        <ListBody
          key={key}
          filter={filter}
          search={search}
          sort={sort}
          onSearch={onSearch}
          list={list}
          hold={hold}
          compact={density.compact}
          columns={columns}
          sources={sources}
          firstRun={firstRun}
        />
      )}
    </>
  )
}
