import { ChevronDown, ChevronUp } from "lucide-react"
import { useEffect, useRef } from "react"
import {
  COLUMN_IDS,
  type ColumnId,
  defaultColumns,
  moveColumn,
  toggleColumn,
} from "../../domain/list-columns"
import { listWords } from "../../domain/words/list"
import { Button, IconButton } from "../../ui/button"
import { Checkbox } from "../../ui/checkbox"
import { columnName } from "./columns"
import type { Columns } from "./use-columns"

const say = listWords.list

export interface PanelProps {
  columns: Columns
  compact: boolean
}

/** A line for each column: shown or not, and one place to the left or right. */
export default function ColumnsPanel({ columns, compact }: PanelProps) {
  const { chosen, shown, choose } = columns
  const list = useRef<HTMLUListElement>(null)
  useEffect(() => list.current?.querySelector<HTMLElement>("button:enabled")?.focus(), [])
  const hidden = COLUMN_IDS.filter((id) => !chosen.includes(id))
  const room = new Set(shown.map(({ id }) => id))
  const move = (id: ColumnId, by: -1 | 1) => {
    choose(moveColumn(chosen, id, by))
    // The line moves: its button keeps the focus, or its twin when it is at the end.
    requestAnimationFrame(() => {
      const line = list.current?.querySelector(`[data-line="${id}"]`)
      const twin = line?.querySelector<HTMLElement>("button:not(:disabled)[data-move]")
      if (document.activeElement?.matches(":disabled, body")) twin?.focus()
    })
  }
  return (
    <div className="w-72">
      <p className="px-2 pt-1 pb-1 text-meta text-faint">{say.columnsHint}</p>
      <ul ref={list}>
        {[...chosen, ...hidden].map((id) => {
          const on = chosen.includes(id)
          const at = chosen.indexOf(id)
          return (
            <li key={id} data-line={id} className="flex h-7 items-center gap-2 px-2 text-small">
              <Checkbox
                label={columnName(id)}
                checked={on}
                disabled={id === "source"}
                onClick={() => choose(toggleColumn(chosen, id))}
              />
              <span className={on ? "grow truncate" : "grow truncate text-muted"}>
                {columnName(id)}
                <Note on={on} always={id === "source"} room={room.has(id)} />
              </span>
              {on && (
                <>
                  <Move
                    label={say.moveLeft(columnName(id))}
                    off={at === 0}
                    act={() => move(id, -1)}
                  >
                    <ChevronUp className="icon s" />
                  </Move>
                  <Move
                    label={say.moveRight(columnName(id))}
                    off={at === chosen.length - 1}
                    act={() => move(id, 1)}
                  >
                    <ChevronDown className="icon s" />
                  </Move>
                </>
              )}
            </li>
          )
        })}
      </ul>
      <div className="mt-1 border-t border-line-soft p-2">
        <Button
          disabled={columns.isDefault}
          className="w-full"
          onClick={() => choose(defaultColumns(compact))}
        >
          {say.resetColumns}
        </Button>
      </div>
    </div>
  )
}

function Note({ on, always, room }: { on: boolean; always: boolean; room: boolean }) {
  const text = on && !room ? say.noRoom : always ? say.alwaysShown : null
  return text && <span className="pl-2 text-meta text-faint">{text}</span>
}

interface MoveProps {
  label: string
  off: boolean
  act: () => void
  children: React.ReactNode
}

function Move({ label, off, act, children }: MoveProps) {
  return (
    <IconButton
      label={label}
      size="row"
      disabled={off}
      data-move
      className="disabled:border-transparent disabled:opacity-40"
      onClick={act}
    >
      {children}
    </IconButton>
  )
}
