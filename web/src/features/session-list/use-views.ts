import { useQuery, useQueryClient } from "@tanstack/react-query"
import { useEffect } from "react"
import { views } from "../../api/queries/views"
import type { Search } from "../../domain/list-filter"
import { atView, isOnlyView, type SavedView } from "../../domain/list-view"

/** Reads the views again after one was changed here. */
export function useViewsChanged(): () => Promise<void> {
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: views.queryKey })
}

export interface OpenView {
  view: SavedView | undefined
  /** The address names a view that is not there. */
  gone: boolean
}

/** The view that the address names. An address that says no more than its name is filled in. */
export function useOpenView(search: Search, onSearch: (search: Search) => void): OpenView {
  const { data } = useQuery({ ...views, enabled: Boolean(search.view) })
  const view = data?.find((one) => one.id === search.view)
  useEffect(() => {
    if (view && isOnlyView(search)) onSearch(atView(search, view))
  })
  return { view, gone: Boolean(search.view && data && !view) }
}
