import { useNavigate, useRouterState } from "@tanstack/react-router"
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react"
import { setPaused } from "../../api/live"
import { words } from "../../domain/words"
import { useHotkeys } from "../../ui/hotkeys"
import { usePhone } from "../../ui/media"
import { freezeTicker } from "../../ui/ticker"
import { ToastLayer } from "../../ui/toast"
import { TooltipLayer } from "../../ui/tooltip"
import { Announcer } from "./announcer"
import { BottomNav } from "./bottom-nav"
import { NavRail } from "./nav-rail"
import { useBackLive } from "./use-back-live"
import { useLive } from "./use-live"

const ShortcutSheet = lazy(() => import("./shortcut-sheet"))

/** Navigation around a page. Each page brings its own top bar. */
export function AppShell({ children }: { children: ReactNode }) {
  const [sheet, setSheet] = useState(false)
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
    "?": () => setSheet(true),
    "shift+l": () => setPaused(live.phase !== "paused"),
    "g s": () => void navigate({ to: "/sessions" }),
  })

  return (
    <div
      data-live={fresh}
      className="grid h-full grid-cols-[216px_minmax(0,1fr)] max-md:grid-cols-1 max-md:grid-rows-[minmax(0,1fr)_auto]"
    >
      <a
        href="#content"
        className="fixed top-2 left-2 z-(--z-tooltip) -translate-y-16 rounded-control bg-primary px-3 py-1 text-on-primary focus:translate-y-0"
      >
        {words.nav.skip}
      </a>
      {!phone && <NavRail />}
      <main
        id="content"
        tabIndex={-1}
        className="relative flex h-full min-h-0 min-w-0 flex-col outline-none"
      >
        {children}
      </main>
      {phone && atTop && <BottomNav />}
      <Announcer />
      <ToastLayer />
      <TooltipLayer />
      <Suspense>{sheet && <ShortcutSheet onClose={() => setSheet(false)} />}</Suspense>
    </div>
  )
}
