import { useNavigate, useRouterState } from "@tanstack/react-router"
import { type CSSProperties, lazy, type ReactNode, Suspense, useEffect } from "react"
import { setPaused } from "../../api/live"
import { shellWords } from "../../domain/words/shell"
import { useChords, useHotkeys } from "../../ui/hotkeys"
import { useMedia, usePhone } from "../../ui/media"
import { freezeTicker } from "../../ui/ticker"
import { ToastLayer } from "../../ui/toast"
import { TooltipLayer } from "../../ui/tooltip"
import { Announcer } from "./announcer"
import { BottomNav } from "./bottom-nav"
import { NavRail } from "./nav-rail"
import { setOverlay, toggleOverlay, useCenterPinned, useOverlays } from "./overlays"
import { useBackLive } from "./use-back-live"
import { useLive } from "./use-live"

const ShortcutSheet = lazy(() => import("./shortcut-sheet"))

interface Props {
  children: ReactNode
  /** What may lie over any page: the palette, the Command Center, the peek. */
  layers?: ReactNode
}

/** Navigation around a page. Each page brings its own top bar. */
export function AppShell({ children, layers }: Props) {
  const { center, shortcuts } = useOverlays()
  const [pinned] = useCenterPinned()
  const roomy = useMedia("(min-width: 1100px)")
  const phone = usePhone()
  const live = useLive()
  const navigate = useNavigate()
  // Deeper pages have their own way back, and need the room.
  const atTop = useRouterState({
    select: ({ location }) => !/^\/sessions\/./.test(location.pathname),
  })
  const fresh = live.phase === "live" || live.phase === "idle" || live.phase === "connecting"

  useBackLive(live.phase)
  // Clocks stand still while what they count from does not move.
  useEffect(() => freezeTicker(!fresh), [fresh])
  useHotkeys({
    "?": () => setOverlay("shortcuts", true),
    "shift+l": () => setPaused(live.phase !== "paused"),
    "g s": () => void navigate({ to: "/sessions" }),
    "g ,": () => void navigate({ to: "/settings" }),
  })
  useChords({
    k: open(() => setOverlay("palette", true)),
    j: open(() => toggleOverlay("center")),
  })
  // The page makes room for a pinned Command Center, where there is room.
  const aside = center && pinned && roomy ? "420px" : "0px"

  return (
    <div
      data-live={fresh}
      style={{ "--aside": aside } as CSSProperties}
      className="grid h-full grid-cols-[216px_minmax(0,1fr)] max-md:grid-cols-1 max-md:grid-rows-[minmax(0,1fr)_auto]"
    >
      <a
        href="#content"
        className="fixed top-2 left-2 z-(--z-tooltip) -translate-y-16 rounded-control bg-primary px-3 py-1 text-on-primary focus:translate-y-0"
      >
        {shellWords.nav.skip}
      </a>
      {!phone && <NavRail />}
      <main
        id="content"
        tabIndex={-1}
        className="relative flex h-full min-h-0 min-w-0 flex-col pr-(--aside) outline-none"
      >
        {children}
        {layers}
      </main>
      {phone && atTop && <BottomNav />}
      <Announcer />
      <ToastLayer />
      <TooltipLayer />
      <Suspense>
        {shortcuts && <ShortcutSheet onClose={() => setOverlay("shortcuts", false)} />}
      </Suspense>
    </div>
  )
}

/** A chord of ours, not of the browser. */
const open = (act: () => void) => (event: KeyboardEvent) => {
  event.preventDefault()
  act()
}
