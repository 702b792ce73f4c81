import { createRootRoute, Outlet } from "@tanstack/react-router"
import { parseSearch } from "./search"

export const root = createRootRoute({
  validateSearch: parseSearch,
  component: Outlet,
})
