import { useSyncExternalStore } from "react"
import { usePreference, writePreference } from "../../ui/preference"

/** What lies over every page, and stays while one goes from page to page. */
export interface Overlays {
  palette: boolean
  center: boolean
  shortcuts: boolean
}

const PINNED = "hansard.center.pinned"
const STANDS = "hansard.center.open"
const kept = (name: string) =>
  typeof localStorage !== "undefined" && localStorage.getItem(name) !== null

let state: Overlays = { palette: false, center: kept(PINNED) && kept(STANDS), shortcuts: false }
let asked = false
const listeners = new Set<() => void>()

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function setOverlay(name: keyof Overlays, open: boolean): void {
  state = { ...state, [name]: open }
  if (name === "center") {
    asked = true
    writePreference(STANDS, open ? "open" : null)
  }
  for (const listener of listeners) listener()
}

/** Whether somebody opened the Command Center; standing there after a reload, it takes no focus. */
export function centerWasAsked(): boolean {
  return asked
}

export function toggleOverlay(name: keyof Overlays): void {
  setOverlay(name, !state[name])
}

export function useOverlays(): Overlays {
  return useSyncExternalStore(subscribe, () => state)
}

/** A pinned Command Center stands beside the page and is there again after a reload. */
export function useCenterPinned(): [pinned: boolean, pin: (on: boolean) => void] {
  const pinned = usePreference(PINNED) !== null
  return [pinned, (on) => writePreference(PINNED, on ? "pinned" : null)]
}
