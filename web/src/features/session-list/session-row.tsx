import { Ellipsis, Eye } from "lucide-react"
import { type CSSProperties, type MouseEvent, memo } from "react"
import { rowStore } from "../../api/row-store"
import { formatCount } from "../../domain/format"
import { type Session, titleOf } from "../../domain/session"
import { kindLabel } from "../../domain/state-tone"
import { words } from "../../domain/words"
import { buttonClass, IconButton } from "../../ui/button"
import { cx } from "../../ui/cx"
import { Menu } from "../../ui/menu"
import { type SessionActs, sessionMenu } from "../session-actions"
import { Age, CostText, OwnerAvatar, StatusLabel, TokensText, ToolIcons } from "../session-facts"
import { FactLine } from "./fact-line"
import { ProgressCell } from "./progress-cell"
import { useSessionRow } from "./use-session-rows"

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

const NUMBER = "num text-right text-small"

export const SessionRow = memo(function SessionRow(props: RowProps & { compact: boolean }) {
  const { id, compact } = props
  const session = useSessionRow(id)
  if (!session) return null
  if (rowStore.isRemoved(id)) return <RemovedRow {...props} session={session} />
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter on the focused row is a key of the list
    <div
      role="row"
      aria-rowindex={props.rowIndex}
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
      <span role="gridcell" className="pr-2">
        <StatusLabel session={session} />
      </span>
      <span role="gridcell" className={cx("pr-4", compact && "flex items-baseline gap-2")}>
        <TitleLink session={session} onOpen={props.onOpen} className={cx(compact && "shrink-0")} />
        <FactLine session={session} className={cx(compact && "min-w-0 grow")} />
      </span>
      <span role="gridcell" className="c-type truncate pr-2 text-small text-muted">
        {kindLabel(session.kind)}
      </span>
      <span
        role="gridcell"
        className="c-agent truncate pr-2 text-small"
        data-tip={session.agent.name}
      >
        {session.agent.name}
      </span>
      <span role="gridcell" className="c-owner flex">
        <OwnerAvatar owner={session.owner} />
      </span>
      <span role="gridcell" className="c-progress pr-2 text-small">
        <ProgressCell session={session} compact={compact} />
      </span>
      <span role="gridcell" className="c-tools">
        <ToolIcons tools={session.tools ?? []} connectors={session.connectors ?? []} />
      </span>
      <span role="gridcell" className={cx(NUMBER, "c-in")}>
        <TokensText session={session} side="in" />
      </span>
      <span role="gridcell" className={cx(NUMBER, "c-out")}>
        <TokensText session={session} side="out" />
      </span>
      <span
        role="gridcell"
        className={cx(NUMBER, "c-calls", session.tool_call_count === 0 && "text-faint")}
      >
        {formatCount(session.tool_call_count)}
      </span>
      <span role="gridcell" className={NUMBER}>
        <CostText session={session} />
      </span>
      <span role="gridcell" className={cx(NUMBER, "text-muted")}>
        <Age at={session.updated_at} />
        <RowActs session={session} compact={compact} current={props.current} acts={props.acts} />
      </span>
    </div>
  )
})

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

/** Acts over the number columns; reached by pointer, or by Tab from the row one stands on. */
function RowActs({
  session,
  compact,
  current,
  acts,
}: {
  session: Session
  compact: boolean
  current: boolean
  acts: SessionActs
}) {
  const tabIndex = current ? 0 : -1
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: only keeps a click on a button off the row
    // biome-ignore lint/a11y/noStaticElementInteractions: only keeps a click on a button off the row
    <span
      className="acts absolute inset-y-0 right-6 flex items-center justify-end gap-1 pl-3"
      onClick={(event) => event.stopPropagation()}
    >
      <a
        href={`/sessions/${session.id}`}
        tabIndex={tabIndex}
        className={cx(buttonClass("plain", compact ? "row" : "control"), "bg-bg!")}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return
          event.preventDefault()
          event.currentTarget.closest<HTMLElement>("[data-row]")?.click()
        }}
      >
        <Eye className="icon s text-muted" />
        {words.row.view}
      </a>
      <Menu
        label={words.row.menu}
        align="end"
        items={sessionMenu(session, acts)}
        trigger={(props) => (
          <IconButton
            label={words.row.menu}
            look="plain"
            size={compact ? "row" : "control"}
            tabIndex={tabIndex}
            className="bg-bg!"
            {...props}
          >
            <Ellipsis className="icon s" />
          </IconButton>
        )}
      />
    </span>
  )
}

/** A row that was deleted elsewhere keeps its place until the order may move. */
function RemovedRow(props: RowProps & { compact: boolean; session: Session }) {
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
      <span role="gridcell" className="text-small">
        {words.list.deleted}
      </span>
      <span role="gridcell" className="truncate pr-4 line-through">
        {titleOf(props.session)}
      </span>
    </div>
  )
}
