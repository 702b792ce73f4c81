import { createRoute, Outlet, useRouterState } from "@tanstack/react-router"
import { BulkLayer } from "../features/bulk"
import { CommandCenterLayer } from "../features/command-center"
import { PaletteLayer } from "../features/palette"
import { PeekLayer } from "../features/peek"
import { AppShell } from "../features/shell"
import { root } from "./root"

/** What may lie over a page; acting on many belongs to the list alone. */
function Layers() {
  const onList = useRouterState({ select: ({ location }) => location.pathname === "/sessions" })
  return (
    <>
      {onList && <BulkLayer />}
      <CommandCenterLayer />
      <PeekLayer />
      <PaletteLayer />
    </>
  )
}

/** Everything behind the login stands in the shell. */
export const workspace = createRoute({
  getParentRoute: () => root,
  id: "workspace",
  component: () => (
    <AppShell layers={<Layers />}>
      <Outlet />
    </AppShell>
  ),
})
