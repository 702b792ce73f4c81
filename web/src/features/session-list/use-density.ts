import { useMedia } from "../../ui/media"
import { usePreference, writePreference } from "../../ui/preference"

const NAME = "hansard.density"

export interface Density {
  compact: boolean
  toggle: () => void
}

/** Comfortable or compact rows: chosen, else compact where a long list meets a wide screen. */
export function useDensity(longList: boolean): Density {
  const chosen = usePreference(NAME)
  const wide = useMedia("(min-width: 1440px)")
  const compact = chosen === null ? wide && longList : chosen === "compact"
  return {
    compact,
    toggle: () => writePreference(NAME, compact ? "comfortable" : "compact"),
  }
}
