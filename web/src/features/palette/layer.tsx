import { useQuery } from "@tanstack/react-query"
import { useNavigate, useRouterState } from "@tanstack/react-router"
import { lazy, useState } from "react"
import { sessionDetail } from "../../api/queries/sessions"
import { rowStore } from "../../api/row-store"
import { useSessionActs } from "../session-actions"
import { setOverlay, useOverlays } from "../shell"
import { PaletteFrame } from "./palette-frame"

const Palette = lazy(() => import("./palette"))

/** The palette, loaded with its first use; dialogs of its acts outlive it. */
export function PaletteLayer() {
  const { palette } = useOverlays()
  const navigate = useNavigate()
  const key = useRouterState({
    select: ({ matches }) => {
      const params = matches.at(-1)?.params as { key?: string } | undefined
      return params?.key ?? null
    },
  })
  // The open page has read it already.
  const { data } = useQuery({ ...sessionDetail(key ?? ""), enabled: palette && key !== null })
  const session = key !== null && data ? (rowStore.get(data.id) ?? data) : null
  const acts = useSessionActs(() => void navigate({ to: "/sessions" }))
  const [typed, setTyped] = useState("")
  const close = () => {
    setOverlay("palette", false)
    setTyped("")
  }
  const field = { typed, onType: setTyped, onClose: close }
  return (
    <>
      {palette && (
        <PaletteFrame {...field}>
          <Palette {...field} session={session} acts={acts} />
        </PaletteFrame>
      )}
      {acts.dialogs}
    </>
  )
}
