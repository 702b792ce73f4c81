import { useEffect } from "react"
import { hotkeysEnabled } from "../../ui/hotkeys"
import { closePeek, openPeek } from "./use-peek"

/** The row that an element is: of the list or of the Command Center, never a control inside it. */
function rowIdOf(target: EventTarget | null): string | null {
  if (!(target instanceof HTMLElement)) return null
  return target.dataset.row ?? target.dataset.peek ?? null
}

/** Space on a row opens and closes the peek, Esc closes it, and it follows the focused row. */
export function usePeekKeys(id: string | null): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
      if (document.querySelector("dialog[open], [role=menu]")) return
      if (event.key === " ") {
        const row = rowIdOf(event.target)
        if (row === null || !hotkeysEnabled()) return
        event.preventDefault()
        if (row === id) closePeek()
        else openPeek(row)
      } else if (event.key === "Escape" && id !== null) {
        event.preventDefault()
        event.stopPropagation()
        closePeek()
      }
    }
    const onFocus = (event: FocusEvent) => {
      const row = rowIdOf(event.target)
      if (id !== null && row !== null && row !== id) openPeek(row)
    }
    // Before the list's own keys: Esc closes the peek first, then clears the selection.
    document.addEventListener("keydown", onKeyDown, true)
    document.addEventListener("focusin", onFocus)
    return () => {
      document.removeEventListener("keydown", onKeyDown, true)
      document.removeEventListener("focusin", onFocus)
    }
  }, [id])
}
