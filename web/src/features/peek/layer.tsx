import { lazy, Suspense } from "react"
import { usePeek } from "./use-peek"
import { usePeekKeys } from "./use-peek-keys"

const PeekPanel = lazy(() => import("./peek-panel"))

/** The peek, from any list of sessions. */
export function PeekLayer() {
  const id = usePeek()
  usePeekKeys(id)
  if (id === null) return null
  return (
    <Suspense>
      <PeekPanel id={id} />
    </Suspense>
  )
}
