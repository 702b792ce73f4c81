import { lazy, Suspense } from "react"
import { useOverlays } from "../shell"

const CenterPanel = lazy(() => import("./center-panel"))

/** The panel, read and drawn only while it is open. */
export function CommandCenterLayer() {
  const { center } = useOverlays()
  if (!center) return null
  return (
    <Suspense>
      <CenterPanel />
    </Suspense>
  )
}
