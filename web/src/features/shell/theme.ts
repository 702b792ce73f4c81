import { usePreference, writePreference } from "../../ui/preference"

/** The same name as in public/theme.js, which applies it before the first paint. */
const NAME = "hansard.theme"

export type Theme = "system" | "light" | "dark"

export function useTheme(): Theme {
  const stored = usePreference(NAME)
  return stored === "light" || stored === "dark" ? stored : "system"
}

export function setTheme(theme: Theme): void {
  const root = document.documentElement
  if (theme === "system") delete root.dataset.theme
  else root.dataset.theme = theme
  writePreference(NAME, theme === "system" ? null : theme)
}
