import { type ReactNode, useEffect, useState } from "react"

/** True once `ms` have passed since mounting. */
export function useElapsed(ms: number): boolean {
  const [passed, setPassed] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setPassed(true), ms)
    return () => clearTimeout(timer)
  }, [ms])
  return passed
}

/** Something that would only flash is not shown at all. */
export function Delayed({ ms = 150, children }: { ms?: number; children: ReactNode }) {
  return useElapsed(ms) ? children : null
}
