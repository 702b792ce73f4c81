import { useState } from "react"
import { shellWords } from "../../domain/words/shell"

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : shellWords.error.unknown
}

/** One act at a time: whether it is under way, and why it did not work. */
export function useAct(): {
  busy: boolean
  error: string | null
  run: (act: () => Promise<unknown>) => Promise<boolean>
} {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const run = async (act: () => Promise<unknown>) => {
    setBusy(true)
    setError(null)
    try {
      await act()
      return true
    } catch (cause) {
      setError(reasonOf(cause))
      return false
    } finally {
      setBusy(false)
    }
  }
  return { busy, error, run }
}
