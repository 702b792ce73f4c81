import { createRoute, Outlet } from "@tanstack/react-router"
import { AppShell } from "../features/shell"
import { root } from "./root"

/** Everything behind the login stands in the shell. */
export const workspace = createRoute({
  getParentRoute: () => root,
  id: "workspace",
  component: () => (
    <AppShell>
      <Outlet />
    </AppShell>
  ),
})
