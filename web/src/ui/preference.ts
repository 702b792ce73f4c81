import { useSyncExternalStore } from "react"

/** A choice that this browser keeps: theme, density. Other tabs follow. */

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
