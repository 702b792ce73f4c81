import { useSyncExternalStore } from "react"

/** A choice that this browser keeps: theme, density. Other tabs follow. */

/** The density of lists: `compact` or `comfortable`; by length where nothing is kept. */
export const DENSITY = "hansard.density"
/** `off` where single keys do nothing. */
export const KEYS = "hansard.keys"
/** `local` or `utc` where instants are shown as dates, not as ages. */
export const DATES = "hansard.dates"
/** `utc` where clocks show UTC, not the browser's zone. */
export const ZONE = "hansard.zone"

export function readPreference(name: string): string | null {
  return localStorage.getItem(name)
}

const listeners = new Set<() => void>()

if (typeof window !== "undefined") {
  window.addEventListener("storage", () => {
    for (const listener of listeners) listener()
  })
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function writePreference(name: string, value: string | null): void {
  if (value === null) localStorage.removeItem(name)
  else localStorage.setItem(name, value)
  for (const listener of listeners) listener()
}

export function usePreference(name: string): string | null {
  return useSyncExternalStore(subscribe, () => localStorage.getItem(name))
}
