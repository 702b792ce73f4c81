import { useEffect } from "react"
import { type Hotkeys, isTyping, useChords, useHotkeys } from "../../ui/hotkeys"
import { type Chosen, isAllArchived } from "./target"
import type { BulkActs } from "./use-bulk-acts"
import { selection } from "./use-selection"

/** The row one stands on: the focused one, else the list's tab stop. */
function currentRow(): string | null {
  const inside = document.activeElement?.closest<HTMLElement>("[data-row]")
  const row = inside ?? document.querySelector<HTMLElement>('[data-row][tabindex="0"]')
  return row?.dataset.row ?? null
}

const onRow = (act: (id: string) => void) => () => {
  const id = currentRow()
  if (id !== null) act(id)
}

interface Options {
  chosen: Chosen | null
  acts: BulkActs
  /** One job at a time is watched. */
  busy: boolean
}

/** The keys of one row act on all that are chosen, as the bar's buttons do. */
function actsOn({ chosen, acts, busy }: Options): Hotkeys {
  if (!chosen) return {}
  const unlessBusy = (act: () => void) => () => busy || act()
  const archived = isAllArchived(chosen, selection.state())
  const remove = { "#": unlessBusy(() => acts.ask("delete", chosen)) }
  if (archived)
    return { ...remove, "shift+e": unlessBusy(() => acts.beginNow("unarchive", chosen)) }
  return {
    ...remove,
    e: unlessBusy(() => acts.beginNow("archive", chosen)),
    t: unlessBusy(() => acts.ask("tag", chosen)),
  }
}

/** x, Shift-x, Ctrl/Cmd-A and Esc, where a list is; with a selection also what is done to it. */
export function useBulkKeys(options: Options): void {
  useHotkeys({ x: onRow(selection.toggle), "shift+x": onRow(selection.range), ...actsOn(options) })
  useChords({
    a: (event) => {
      const shown = selection.scope()?.shown ?? []
      if (isTyping(event) || shown.length === 0) return
      event.preventDefault()
      selection.set(shown, true)
    },
  })
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented || isTyping(event)) return
      if (document.querySelector("dialog[open], [role=menu], [role=dialog]")) return
      selection.clear()
    }
    document.addEventListener("keydown", onKeyDown)
    return () => document.removeEventListener("keydown", onKeyDown)
  }, [])
}
