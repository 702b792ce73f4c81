import { useEffect, useState } from "react"

/** Whole seconds until an instant, at least 1; its own timer, for the shared clock may stand still. */
export function useCountdown(until: number | null): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (until === null) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [until])
  return until === null ? 0 : Math.max(1, Math.ceil((until - now) / 1000))
}
