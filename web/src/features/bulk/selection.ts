import type { Query, Tab } from "../../domain/list-filter"

/** The list that checkmarks refer to, as its table shows it now. */
export interface ListScope {
  /** Ids in the shown order, loaded rows only. */
  shown: readonly string[]
  tab: Tab
  /** The list's query; null where no filter can say what is shown, as for the hits of a search. */
  query: Query | null
}

/** Everything a filter finds, counted when it was chosen. */
export interface Matching {
  tab: Tab
  query: Query
  total: number
}

export interface Selection {
  /** Checked one by one; empty while everything that matches is chosen. */
  ids: ReadonlySet<string>
  matching: Matching | null
}

type Listener = () => void

const NONE: Selection = { ids: new Set(), matching: null }
const filterOf = (scope: Pick<ListScope, "query"> | null) => JSON.stringify(scope?.query ?? null)

export interface SelectionStore {
  state: () => Selection
  /** Whether anything is checked. */
  isSelecting: () => boolean
  scope: () => ListScope | null
  has: (id: string) => boolean
  /** Ids from the last toggled row to this one, in the shown order, take its new state. */
  range: (id: string) => void
  toggle: (id: string) => void
  set: (ids: readonly string[], on: boolean) => void
  chooseMatching: (matching: Matching) => void
  clear: () => void
  setScope: (scope: ListScope | null) => void
  subscribe: (listener: Listener) => () => void
}

export function createSelection(): SelectionStore {
  let state = NONE
  let scope: ListScope | null = null
  let anchor: string | null = null
  const listeners = new Set<Listener>()

  const wake = () => {
    for (const listener of listeners) listener()
  }
  const change = (next: Selection) => {
    state = next
    wake()
  }
  const has = (id: string) => state.matching !== null || state.ids.has(id)
  // A row taken out of "all that match" leaves those that one can see.
  const base = () => new Set(state.matching ? scope?.shown : state.ids)
  const set = (ids: readonly string[], on: boolean) => {
    const next = base()
    for (const id of ids) {
      if (on) next.add(id)
      else next.delete(id)
    }
    change({ ids: next, matching: null })
  }
  const toggle = (id: string) => {
    anchor = id
    set([id], !has(id))
  }

  return {
    state: () => state,
    isSelecting: () => state.matching !== null || state.ids.size > 0,
    scope: () => scope,
    has,
    toggle,
    set,
    range: (id) => {
      const shown = scope?.shown ?? []
      const from = anchor === null ? -1 : shown.indexOf(anchor)
      const to = shown.indexOf(id)
      if (from < 0 || to < 0) return toggle(id)
      const on = anchor !== null && has(anchor)
      set(shown.slice(Math.min(from, to), Math.max(from, to) + 1), on)
    },
    chooseMatching: (matching) => change({ ids: new Set(), matching }),
    clear: () => {
      anchor = null
      if (state !== NONE) change(NONE)
    },
    setScope: (next) => {
      const moved = next !== null && filterOf(next) !== filterOf(state.matching)
      scope = next
      if (state.matching && moved) change(NONE)
      else wake()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Checked rows that the list does not show now; never acted on without a word. */
export function hiddenIds(state: Selection, scope: ListScope | null): string[] {
  const shown = new Set(scope?.shown)
  return [...state.ids].filter((id) => !shown.has(id))
}
