import { type Search, withValue } from "../../domain/list-filter"
import { useMedia } from "../../ui/media"
import { DENSITY, usePreference, writePreference } from "../../ui/preference"

export interface Density {
  compact: boolean
  toggle: () => void
}

/**
 * Comfortable or compact rows: those of the view in the address, else chosen, else compact where
 * a long list meets a wide screen.
 */
export function useDensity(
  longList: boolean,
  search: Search,
  onSearch: (search: Search) => void,
): Density {
  const own = usePreference(DENSITY)
  const wide = useMedia("(min-width: 1440px)")
  const chosen = search.density || own
  const compact = chosen ? chosen === "compact" : wide && longList
  return {
    compact,
    toggle: () => {
      writePreference(DENSITY, compact ? "comfortable" : "compact")
      if (search.density) onSearch(withValue(search, "density", null))
    },
  }
}
