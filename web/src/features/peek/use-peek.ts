import { useSyncExternalStore } from "react"

/** Which session is peeked at; it stays while one goes from page to page. */

let current: string | null = null
const listeners = new Set<() => void>()

function set(id: string | null): void {
  current = id
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function openPeek(id: string): void {
  set(id)
}

/** Closes, and gives the keys back to the row it was opened from. */
export function closePeek(): void {
  const id = current
  const inside = document.activeElement?.closest("[data-peek-panel]")
  set(null)
  if (!inside || id === null) return
  const quoted = CSS.escape(id)
  const row = `[data-row="${quoted}"], [data-peek="${quoted}"]`
  document.querySelector<HTMLElement>(row)?.focus()
}

export function usePeek(): string | null {
  return useSyncExternalStore(subscribe, () => current)
}
