import { useEffect, useSyncExternalStore } from "react"
import { createSelection, type ListScope, type Selection } from "./selection"

/** The browser tab's one selection; it outlives a visit to another page. */
export const selection = createSelection()

export function useSelection(): Selection {
  return useSyncExternalStore(selection.subscribe, selection.state)
}

export function useListScope(): ListScope | null {
  return useSyncExternalStore(selection.subscribe, selection.scope)
}

/** Wakes only when this row is checked or unchecked. */
export function useIsSelected(id: string): boolean {
  return useSyncExternalStore(selection.subscribe, () => selection.has(id))
}

/** Whether anything is checked: on a phone, boxes show only then. */
export function useIsSelecting(): boolean {
  return useSyncExternalStore(selection.subscribe, selection.isSelecting)
}

/** The table says what it shows, for ranges, "all" and "all that match". */
export function useSelectionScope({ shown, tab, query }: ListScope): void {
  useEffect(() => selection.setScope({ shown, tab, query }), [shown, tab, query])
  useEffect(() => () => selection.setScope(null), [])
}
