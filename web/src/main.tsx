import { QueryClientProvider } from "@tanstack/react-query"
import { RouterProvider } from "@tanstack/react-router"
import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { whenUnauthorized } from "./api/client"
import { stopLive } from "./api/live"
import { queryClient } from "./api/query-client"
import { router } from "./routes/tree"
import "./ui/app.css"

whenUnauthorized(() => {
  stopLive()
  const { pathname, href } = router.state.location
  if (pathname !== "/login") void router.navigate({ to: "/login", search: { next: href } })
})

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)
