import { SunMoon } from "lucide-react"
import { words } from "../../domain/words"
import { IconButton } from "../../ui/button"
import { Menu } from "../../ui/menu"
import { setTheme, type Theme, useTheme } from "./theme"

const THEMES: Theme[] = ["system", "light", "dark"]

export function ThemeToggle() {
  const theme = useTheme()
  return (
    <Menu
      label={words.theme.label}
      align="end"
      items={THEMES.map((id) => ({
        id,
        label: words.theme[id],
        checked: id === theme,
        onSelect: () => setTheme(id),
      }))}
      trigger={(props) => (
        <IconButton label={words.theme.label} {...props}>
          <SunMoon className="icon" />
        </IconButton>
      )}
    />
  )
}
