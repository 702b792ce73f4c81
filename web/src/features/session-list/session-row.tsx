import { type CSSProperties, type MouseEvent, memo } from "react"
import { rowStore } from "../../api/row-store"
import { type Session, titleOf } from "../../domain/session"
import { listWords } from "../../domain/words/list"
import { cx } from "../../ui/cx"
import { RowCheckbox, useIsSelected } from "../bulk"
import type { SessionActs } from "../session-actions"
import { useSessionRow } from "../session-facts"
import { CountCell } from "./cells"
import type { Column } from "./columns"
import { FactLine } from "./fact-line"
import { RowActs } from "./row-acts"

export interface RowProps {
  id: string
  rowIndex: number
  need: boolean
  current: boolean
  style: CSSProperties
  acts: SessionActs
  onOpen: (id: string) => void
  onFocus: (id: string) => void
}

export interface WideRowProps extends RowProps {
  compact: boolean
  columns: readonly Column[]
}

export const SessionRow = memo(function SessionRow(props: WideRowProps) {
  const { id, compact, columns } = props
  const session = useSessionRow(id)
  const selected = useIsSelected(id)
  if (!session) return null
  if (rowStore.isRemoved(id)) return <RemovedRow {...props} session={session} />
  const ownActs = columns.some((column) => column.id === "actions")
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter on the focused row is a key of the list
    <div
      role="row"
      aria-rowindex={props.rowIndex}
      aria-selected={selected}
      data-row={id}
      tabIndex={props.current ? 0 : -1}
      style={props.style}
      onFocus={() => props.onFocus(id)}
      onClick={() => props.onOpen(id)}
      className={cx(
        "session-row session-columns absolute top-0 left-0 w-full cursor-pointer",
        compact ? "h-8" : "h-11",
        props.need && "need",
        rowStore.isFresh(id) && "fresh",
      )}
    >
      <span role="gridcell" className="flex">
        <RowCheckbox id={id} tabIndex={props.current ? 0 : -1} />
      </span>
      {columns.map((column) => (
        <Cell
          key={column.id}
          {...props}
          column={column}
          session={session}
          floatingActs={!ownActs && column === columns.at(-1)}
        />
      ))}
    </div>
  )
})

interface CellProps extends WideRowProps {
  column: Column
  session: Session
  /** The acts lie over the end of the row. */
  floatingActs: boolean
}

function Cell({ column, floatingActs, ...props }: CellProps) {
  const { session, compact } = props
  const { Cell: Content } = column
  return (
    <span
      role="gridcell"
      data-column={column.id}
      className={cx(
        column.number && "num text-right text-small",
        column.className,
        column.id === "source" && compact && "flex items-baseline gap-2",
      )}
    >
      {Content && <Content session={session} compact={compact} />}
      {column.count && <CountCell count={column.count(session)} />}
      {column.id === "source" && (
        <>
          <TitleLink
            session={session}
            onOpen={props.onOpen}
            className={cx(compact && "shrink-0")}
          />
          <FactLine session={session} className={cx(compact && "min-w-0 grow")} />
        </>
      )}
      {column.id === "actions" && <RowActs {...props} inColumn />}
      {floatingActs && <RowActs {...props} inColumn={false} />}
    </span>
  )
}

export function TitleLink({
  session,
  onOpen,
  className,
}: {
  session: Session
  onOpen: (id: string) => void
  className?: string
}) {
  const title = titleOf(session)
  const onClick = (event: MouseEvent) => {
    event.stopPropagation()
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    onOpen(session.id)
  }
  return (
    <a
      href={`/sessions/${session.id}`}
      tabIndex={-1}
      onClick={onClick}
      data-tip={title}
      className={cx("block max-w-full truncate leading-4.5 font-medium", className)}
    >
      {title}
    </a>
  )
}

/** A row that was deleted elsewhere keeps its place until the order may move. */
function RemovedRow(props: WideRowProps & { session: Session }) {
  return (
    <div
      role="row"
      aria-rowindex={props.rowIndex}
      style={props.style}
      className={cx(
        "session-row session-columns absolute top-0 left-0 w-full text-faint",
        props.compact ? "h-8" : "h-11",
      )}
    >
      <span role="gridcell" />
      {props.columns.map(({ id }) => (
        <span key={id} role="gridcell" className="truncate pr-4 text-small">
          {id === "status" && listWords.list.deleted}
          {id === "source" && <s className="text-base">{titleOf(props.session)}</s>}
        </span>
      ))}
    </div>
  )
}
