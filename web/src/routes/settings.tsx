import { createRoute, redirect } from "@tanstack/react-router"
import { lazy, Suspense } from "react"
import { workspace } from "./workspace"

const SettingsPage = lazy(async () => ({
  default: (await import("../features/settings")).SettingsPage,
}))

export const settings = createRoute({
  getParentRoute: () => workspace,
  path: "/settings",
  beforeLoad: () => {
    throw redirect({ to: "/settings/$page", params: { page: "profile" }, replace: true })
  },
})

export const settingsPage = createRoute({
  getParentRoute: () => workspace,
  path: "/settings/$page",
  component: function SettingsRoute() {
    const { page } = settingsPage.useParams()
    return (
      <Suspense>
        <SettingsPage page={page} />
      </Suspense>
    )
  },
})
