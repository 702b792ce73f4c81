import { useNavigate, useRouterState } from "@tanstack/react-router"
import {
  Keyboard,
  Link,
  type LucideIcon,
  MessagesSquare,
  Monitor,
  Moon,
  PanelRight,
  Settings,
  Sun,
} from "lucide-react"
import type { Session } from "../../domain/session"
import { paletteWords } from "../../domain/words/palette"
import { shellWords } from "../../domain/words/shell"
import { copyText } from "../../ui/copy"
import { MOD } from "../../ui/hotkeys"
import { type SessionActs, sayDone, sayFailed, sessionMenu } from "../session-actions"
import { setOverlay, setTheme, type Theme, useTheme } from "../shell"

const say = paletteWords.palette

/** Something the palette can do besides opening a session. */
export interface Command {
  id: string
  label: string
  icon: LucideIcon
  keys?: string[]
  danger?: boolean
  run: () => void
}

export interface CommandGroup {
  title: string
  commands: Command[]
}

const THEME_ICON: Record<Theme, LucideIcon> = { system: Monitor, light: Sun, dark: Moon }

/** Acts on the open session, pages, theme, this page's link; only what exists is offered. */
export function useCommands(session: Session | null, acts: SessionActs): CommandGroup[] {
  const go = usePages()
  const theme = useTheme()
  const onSession: Command[] = session
    ? sessionMenu(session, acts).map((item) => ({
        id: `act-${item.id}`,
        label: item.label,
        icon: item.icon as LucideIcon,
        ...(typeof item.hint === "string" ? { keys: item.hint.split(" ") } : {}),
        ...(item.danger ? { danger: true } : {}),
        run: item.onSelect,
      }))
    : []
  const themes = (["system", "light", "dark"] as const).filter((name) => name !== theme)
  return [
    { title: say.onSession, commands: onSession },
    { title: say.goTo, commands: go },
    {
      title: say.page,
      commands: [
        { id: "copy-page", label: say.copyPage, icon: Link, run: () => void copyPage() },
        {
          id: "center",
          label: say.commandCenter,
          icon: PanelRight,
          keys: [MOD, "J"],
          run: () => setOverlay("center", true),
        },
        {
          id: "shortcuts",
          label: say.shortcuts,
          icon: Keyboard,
          keys: ["?"],
          run: () => setOverlay("shortcuts", true),
        },
        ...themes.map((name) => ({
          id: `theme-${name}`,
          label: shellWords.theme[name],
          icon: THEME_ICON[name],
          run: () => setTheme(name),
        })),
      ],
    },
  ]
}

async function copyPage(): Promise<void> {
  if (await copyText(window.location.href)) sayDone(shellWords.copy.done, Link)
  else sayFailed(shellWords.copy.failed, null)
}

/** The other pages of the application. */
function usePages(): Command[] {
  const navigate = useNavigate()
  const here = useRouterState({ select: ({ location }) => location.pathname })
  return Object.entries(say.pages)
    .filter(([path]) => path !== here)
    .map(([path, label]) => ({
      id: `page-${path}`,
      label,
      icon: path === "/sessions" ? MessagesSquare : Settings,
      ...(path === "/sessions" ? { keys: ["g", "s"] } : {}),
      run: () => void navigate({ to: path as "/sessions" }),
    }))
}
