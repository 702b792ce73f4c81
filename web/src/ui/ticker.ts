import { useSyncExternalStore } from "react"

/** One clock for every age and duration on screen. It stands still while data does. */

const listeners = new Set<() => void>()
let now = Date.now()
let frozen = false
let timer: ReturnType<typeof setInterval> | undefined

function tick(): void {
  if (frozen || document.hidden) return
  now = Date.now()
  for (const listener of listeners) listener()
}

export function freezeTicker(next: boolean): void {
  frozen = next
  tick()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(tick, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** Text that depends on the time; wakes its reader only when the text changes. */
export function useTimed(render: (now: number) => string): string {
  return useSyncExternalStore(subscribe, () => render(now))
}

/** The shared clock's time, without following it. */
export function currentTime(): number {
  if (!frozen) now = Date.now()
  return now
}
