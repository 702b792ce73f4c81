import { useEffect } from "react"
import { selection } from "./use-selection"

const HOLD_MS = 500
const SLIP_PX = 10

/** By touch a long press begins to select; from then on a tap selects instead of opening. */
export function useLongPress(): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let from: { x: number; y: number } | null = null
    let touch = false
    let swallow = false

    const rowOf = (event: Event) =>
      event.target instanceof Element ? event.target.closest<HTMLElement>("[data-row]") : null
    const stop = () => clearTimeout(timer)
    const onDown = (event: PointerEvent) => {
      stop()
      swallow = false
      touch = event.pointerType === "touch"
      const id = rowOf(event)?.dataset.row
      if (!touch || !id || selection.isSelecting()) return
      from = { x: event.clientX, y: event.clientY }
      timer = setTimeout(() => {
        swallow = true
        selection.toggle(id)
      }, HOLD_MS)
    }
    const onMove = (event: PointerEvent) => {
      if (from && Math.hypot(event.clientX - from.x, event.clientY - from.y) > SLIP_PX) stop()
    }
    const onClick = (event: MouseEvent) => {
      const id = rowOf(event)?.dataset.row
      const onBox = event.target instanceof Element && event.target.closest("[data-select]")
      if (!touch || !id || onBox || !selection.isSelecting()) return
      event.preventDefault()
      event.stopPropagation()
      if (!swallow) selection.toggle(id)
      swallow = false
    }
    // The browser's own menu of a link would come up over the selection.
    const onMenu = (event: Event) => touch && rowOf(event) && event.preventDefault()

    document.addEventListener("pointerdown", onDown)
    document.addEventListener("pointermove", onMove)
    document.addEventListener("pointerup", stop)
    document.addEventListener("pointercancel", stop)
    document.addEventListener("click", onClick, true)
    document.addEventListener("contextmenu", onMenu)
    return () => {
      stop()
      document.removeEventListener("pointerdown", onDown)
      document.removeEventListener("pointermove", onMove)
      document.removeEventListener("pointerup", stop)
      document.removeEventListener("pointercancel", stop)
      document.removeEventListener("click", onClick, true)
      document.removeEventListener("contextmenu", onMenu)
    }
  }, [])
}
