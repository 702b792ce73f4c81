import { useNavigate } from "@tanstack/react-router"
import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual"
import { type CSSProperties, useCallback, useEffect, useMemo, useRef } from "react"
import type { Tab } from "../../domain/list-filter"
import { orderedIds } from "../../domain/list-order"
import type { Sort } from "../../domain/list-sort"
import { listWords } from "../../domain/words/list"
import { cx } from "../../ui/cx"
import { PageCheckbox, useSelectionScope } from "../bulk"
import { useSessionActs } from "../session-actions"
import { tracksOf } from "./columns"
import { ListEnd } from "./list-end"
import { SectionHead } from "./section-head"
import { SessionCard } from "./session-card"
import { SessionRow } from "./session-row"
import { TableHead } from "./table-head"
import { rowIds, tableItems } from "./table-items"
import { recall, remember } from "./table-memory"
import type { Columns } from "./use-columns"
import type { Hold } from "./use-hold"
import { useListKeys } from "./use-list-keys"
import type { SessionList } from "./use-session-list"

interface Props {
  list: SessionList
  hold: Hold
  compact: boolean
  phone: boolean
  arriving: boolean
  columns: Columns
  sort: Sort | null
  onSort: (sort: Sort | null) => void
  tab: Tab
  /** Names this list, so that coming back finds the place it was left at. */
  memoryKey: string
}

const HEAD_HEIGHT = 28
const OVERSCAN = 6
/** The next page is asked for when this many rows are left. */
const AHEAD = 20

export function SessionTable(props: Props) {
  const { list, hold, compact, phone, arriving, columns, memoryKey } = props
  const scroller = useRef<HTMLDivElement>(null)
  const { place } = columns
  const attach = useCallback(
    (element: HTMLDivElement | null) => {
      scroller.current = element
      place(element)
    },
    [place],
  )
  const navigate = useNavigate()
  const acts = useSessionActs()
  const items = useMemo(
    () => tableItems(list.order, { hasMore: list.more.has, arriving }),
    [list.order, list.more.has, arriving],
  )
  const open = (id: string) => {
    remember(memoryKey, { offset: scroller.current?.scrollTop ?? 0, id })
    void navigate({ to: "/sessions/$key", params: { key: id } })
  }
  const shown = useMemo(() => orderedIds(list.order), [list.order])
  useSelectionScope({ shown, tab: props.tab, query: list.query })
  const memory = recall(memoryKey)
  const keys = useListKeys({
    items: rowIds(items),
    initial: memory?.id ?? null,
    scroller,
    acts,
    open,
  })
  const focusedIndex = items.findIndex((item) => item.type === "row" && item.id === keys.current)
  const top = phone ? 0 : HEAD_HEIGHT

  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heightOf(items[index]?.type === "section", compact, phone),
    getItemKey: (index) => {
      const item = items[index]
      return item ? `${item.type}:${item.id}` : index
    },
    overscan: OVERSCAN,
    scrollMargin: top,
    scrollPaddingStart: top,
    initialOffset: memory?.offset ?? 0,
    // The focused row stays mounted, or focus would be lost by scrolling.
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range)
      if (focusedIndex < 0 || shown.includes(focusedIndex)) return shown
      return [...shown, focusedIndex].sort((a, b) => a - b)
    },
  })
  const lastShown = virtualizer.getVirtualItems().at(-1)?.index ?? 0
  const { has, loading, failed, load } = list.more
  const wantsMore = has && !loading && !failed && lastShown > items.length - AHEAD
  useEffect(() => {
    if (wantsMore) load()
  })
  // Another order is read from its top.
  const sortedBy = props.sort && `${props.sort.by} ${props.sort.descending}`
  const before = useRef(sortedBy)
  useEffect(() => {
    if (before.current !== sortedBy) scroller.current?.scrollTo({ top: 0 })
    before.current = sortedBy
  }, [sortedBy])
  keys.scrollTo.current = (id) => {
    const index = items.findIndex((item) => item.type === "row" && item.id === id)
    if (index >= 0) virtualizer.scrollToIndex(index, { align: "auto" })
  }

  return (
    <div
      ref={attach}
      {...hold.handlers}
      style={{ "--tracks": tracksOf(columns.shown, true) } as CSSProperties}
      className={cx("session-list relative min-h-0 grow overflow-y-auto", compact && "compact")}
    >
      <div
        role="grid"
        aria-label={listWords.list.grid}
        aria-rowcount={list.more.has ? -1 : items.length + 1}
        aria-multiselectable="true"
        aria-busy={list.more.loading || list.stale}
      >
        {!phone && (
          <TableHead
            columns={columns.shown}
            sort={props.sort}
            onSort={props.onSort}
            select={<PageCheckbox ids={shown} />}
          />
        )}
        <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((line) => {
            const item = items[line.index]
            if (!item) return null
            const place = { transform: `translateY(${line.start - top}px)` }
            const shared = { style: place, rowIndex: line.index + 2 }
            if (item.type === "section") {
              return <SectionHead key={line.key} {...shared} item={item} />
            }
            const row = {
              ...shared,
              id: item.id,
              need: item.section === "attention",
              current: item.id === keys.current,
              onOpen: open,
              onFocus: keys.onFocus,
              acts,
            }
            if (phone) {
              return (
                <SessionCard
                  key={line.key}
                  {...row}
                  index={line.index}
                  measure={virtualizer.measureElement}
                />
              )
            }
            return <SessionRow key={line.key} {...row} compact={compact} columns={columns.shown} />
          })}
        </div>
      </div>
      <ListEnd more={list.more} />
      {acts.dialogs}
    </div>
  )
}

function heightOf(section: boolean, compact: boolean, phone: boolean): number {
  if (section) return phone || compact ? 32 : 36
  if (phone) return 83
  return compact ? 32 : 44
}
