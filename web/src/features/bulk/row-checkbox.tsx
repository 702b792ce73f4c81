import type { MouseEvent } from "react"
import { rowStore } from "../../api/row-store"
import { titleOf } from "../../domain/session"
import { listWords } from "../../domain/words/list"
import { Checkbox } from "../../ui/checkbox"
import { selection, useIsSelected, useSelection } from "./use-selection"

/** The box of one row; with Shift it takes everything since the last one. */
export function RowCheckbox({ id, tabIndex = -1 }: { id: string; tabIndex?: number }) {
  const checked = useIsSelected(id)
  const row = rowStore.get(id)
  const onClick = (event: MouseEvent) => {
    event.stopPropagation()
    if (event.shiftKey) selection.range(id)
    else selection.toggle(id)
  }
  return (
    <Checkbox
      label={listWords.select(row ? titleOf(row) : id)}
      checked={checked}
      tabIndex={tabIndex}
      data-select={id}
      onClick={onClick}
      // A Shift-click selects rows, not text.
      onMouseDown={(event) => event.shiftKey && event.preventDefault()}
    />
  )
}

/** The box of the head: all loaded rows of the list, or none. */
export function PageCheckbox({ ids }: { ids: readonly string[] }) {
  const { ids: chosen, matching } = useSelection()
  const count = matching ? ids.length : ids.filter((id) => chosen.has(id)).length
  const all = ids.length > 0 && count === ids.length
  return (
    <Checkbox
      label={listWords.selectShown(ids.length)}
      checked={all || (count > 0 && "mixed")}
      disabled={ids.length === 0}
      onClick={() => selection.set(ids, !all)}
    />
  )
}
