import { useSyncExternalStore } from "react"

/** One polite live region: it says what happened, never what is being typed. */

let text = ""
const listeners = new Set<() => void>()

export function announce(next: string): void {
  if (next === text) return
  text = next
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function Announcer() {
  const said = useSyncExternalStore(subscribe, () => text)
  return (
    <div aria-live="polite" className="sr-only">
      {said}
    </div>
  )
}
