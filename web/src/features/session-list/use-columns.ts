import { useLayoutEffect, useMemo, useRef, useState } from "react"
import {
  type ColumnId,
  defaultColumns,
  fitColumns,
  parseColumns,
  writeColumns,
} from "../../domain/list-columns"
import { type Search, withValue } from "../../domain/list-filter"
import { AUDIT_VIEW } from "../../domain/list-view"
import { usePreference, writePreference } from "../../ui/preference"
import { type Column, columnsOf, widthOf } from "./columns"

const NAME = "hansard.columns"
const GUTTERS = 48
const CHECKBOX = 28
/** Beside the list, before it is measured. */
const NAV = 216

export interface Columns {
  /** Chosen, in their order. */
  chosen: ColumnId[]
  /** Of those, the ones that have room. */
  shown: Column[]
  isDefault: boolean
  choose: (columns: ColumnId[] | null) => void
  /** Measures the room that they have. */
  place: (element: HTMLElement | null) => void
}

/** Which columns the list shows: those of the address, else the person's own, else the usual. */
export function useColumns(
  search: Search,
  onSearch: (search: Search) => void,
  compact: boolean,
): Columns {
  const own = usePreference(NAME)
  const kept = parseColumns(search.cols) ?? parseColumns(own)
  const word = writeColumns(kept ?? defaultColumns(compact))
  const plain = search.view === AUDIT_VIEW
  const [width, place] = useWidth()
  const chosen = useMemo(() => parseColumns(word) ?? [], [word])
  const shown = useMemo(() => {
    const fit = fitColumns(chosen, { width: width - GUTTERS - CHECKBOX, widthOf })
    return columnsOf(fit, plain)
  }, [chosen, width, plain])
  return {
    chosen,
    shown,
    isDefault: kept === null,
    choose: (columns) => {
      const text = columns && writeColumns(columns)
      const usual = text === writeColumns(defaultColumns(compact))
      writePreference(NAME, usual ? null : text)
      onSearch(withValue(search, "cols", usual ? null : text))
    },
    place,
  }
}

/** Width of an element, known before it is painted. */
function useWidth(): [number, (element: HTMLElement | null) => void] {
  const [width, setWidth] = useState(() => window.innerWidth - NAV)
  const [element, setElement] = useState<HTMLElement | null>(null)
  const last = useRef(width)
  useLayoutEffect(() => {
    if (!element) return
    const measure = () => {
      if (element.clientWidth === last.current || element.clientWidth === 0) return
      last.current = element.clientWidth
      setWidth(element.clientWidth)
    }
    measure()
    const sizes = new ResizeObserver(measure)
    sizes.observe(element)
    return () => sizes.disconnect()
  }, [element])
  return [width, setElement]
}
