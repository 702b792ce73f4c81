import { useEffect, useRef } from "react"

/**
 * Single keys and sequences ("j", "shift+e", "g s"). Silent while one types, while a dialog or
 * menu is open, and when the person switched them off.
 */
export type Hotkeys = Record<string, (event: KeyboardEvent) => void>

const SEQUENCE_MS = 1000
const OFF = "hansard.keys"

export function hotkeysEnabled(): boolean {
  return localStorage.getItem(OFF) !== "off"
}

export function setHotkeysEnabled(enabled: boolean): void {
  if (enabled) localStorage.removeItem(OFF)
  else localStorage.setItem(OFF, "off")
}

export function useHotkeys(keys: Hotkeys): void {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    let prefix = ""
    let at = 0
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isBusy(event)) return
      const name = nameOf(event)
      const sequence = Date.now() - at < SEQUENCE_MS ? `${prefix} ${name}` : name
      const act = latest.current[sequence] ?? latest.current[name]
      prefix = name
      at = Date.now()
      if (!act) return
      prefix = ""
      event.preventDefault()
      act(event)
    }
    document.addEventListener("keydown", onKeyDown)
    return () => document.removeEventListener("keydown", onKeyDown)
  }, [])
}

function isBusy(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true
  const target = event.target
  if (
    target instanceof HTMLElement &&
    target.matches("input, textarea, select, [contenteditable=true]")
  ) {
    return true
  }
  if (document.querySelector("dialog[open], [role=menu]")) return true
  return event.key.length === 1 && !hotkeysEnabled()
}

function nameOf(event: KeyboardEvent): string {
  const letter = /^\p{L}$/u.test(event.key)
  return letter && event.shiftKey ? `shift+${event.key.toLowerCase()}` : event.key
}
