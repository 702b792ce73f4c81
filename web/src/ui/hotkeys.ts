import { useEffect, useRef } from "react"
import { KEYS, readPreference } from "./preference"

/**
 * Single keys and sequences ("j", "shift+e", "g s"). Silent while one types, while a dialog or
 * menu is open, and when the person switched them off.
 */
export type Hotkeys = Record<string, (event: KeyboardEvent) => void>

const SEQUENCE_MS = 1000

/** Whether single keys do something: a choice of this browser. */
export const hotkeysEnabled = () => readPreference(KEYS) !== "off"

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

/** Whether keys belong to what one types into. */
export function isTyping(event: KeyboardEvent): boolean {
  const { target } = event
  return (
    target instanceof HTMLElement &&
    target.matches("input, textarea, select, [contenteditable=true]")
  )
}

/** Ctrl or Cmd with a letter; also while one types, but not over a dialog. */
export function useChords(chords: Hotkeys): void {
  const latest = useRef(chords)
  useEffect(() => {
    latest.current = chords
  })
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
      const act = latest.current[event.key.toLowerCase()]
      if (!act || event.defaultPrevented || document.querySelector("dialog[open]")) return
      act(event)
    }
    document.addEventListener("keydown", onKeyDown)
    return () => document.removeEventListener("keydown", onKeyDown)
  }, [])
}

/** The modifier of chords, as this machine's keyboard names it. */
export const MOD = /Mac|iP(hone|ad)/.test(globalThis.navigator?.platform ?? "") ? "⌘" : "Ctrl"

function isBusy(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true
  if (isTyping(event)) return true
  if (document.querySelector("dialog[open], [role=menu]")) return true
  return event.key.length === 1 && !hotkeysEnabled()
}

function nameOf(event: KeyboardEvent): string {
  const letter = /^\p{L}$/u.test(event.key)
  return letter && event.shiftKey ? `shift+${event.key.toLowerCase()}` : event.key
}
