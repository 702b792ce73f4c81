import { SunMoon } from "lucide-react"
import { shellWords } from "../../domain/words/shell"
import { IconButton } from "../../ui/button"
import { Menu } from "../../ui/menu"
import { setTheme, type Theme, useTheme } from "./theme"

const THEMES: Theme[] = ["system", "light", "dark"]

export function ThemeToggle() {
  const theme = useTheme()
  return (
    <Menu
      label={shellWords.theme.label}
      align="end"
      items={THEMES.map((id) => ({
        id,
        label: shellWords.theme[id],
        checked: id === theme,
        onSelect: () => setTheme(id),
      }))}
      trigger={(props) => (
        <IconButton label={shellWords.theme.label} {...props}>
          <SunMoon className="icon" />
        </IconButton>
      )}
    />
  )
}
