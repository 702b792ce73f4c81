import { lazy, Suspense } from "react"

const Loaded = lazy(() => import("./bulk-layer"))

/** Acting on many, loaded behind the list it belongs to. */
export function BulkLayer() {
  return (
    <Suspense>
      <Loaded />
    </Suspense>
  )
}
