export { Announcer, announce } from "./announcer"
export { AppShell } from "./app-shell"
export { FailurePanel } from "./failure-panel"
export { Mark } from "./nav-rail"
export {
  centerWasAsked,
  type Overlays,
  setOverlay,
  toggleOverlay,
  useCenterPinned,
  useOverlays,
} from "./overlays"
export { usePageTitle } from "./page-title"
export { setTheme, type Theme, useTheme } from "./theme"
export { TopBar } from "./top-bar"
export { type Followed, useFollowRows } from "./use-follow-rows"
export { useLive } from "./use-live"
