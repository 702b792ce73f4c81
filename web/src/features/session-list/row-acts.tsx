import { ArrowUpRight, Ellipsis, Eye } from "lucide-react"
import type { MouseEvent } from "react"
import { liveTarget } from "../../domain/list-live"
import type { Session } from "../../domain/session"
import { listWords } from "../../domain/words/list"
import { buttonClass, IconButton } from "../../ui/button"
import { cx } from "../../ui/cx"
import { Menu } from "../../ui/menu"
import { type SessionActs, sessionMenu } from "../session-actions"

interface Props {
  session: Session
  compact: boolean
  current: boolean
  acts: SessionActs
  /** In a column of their own they always show; else over the numbers, where the hand is. */
  inColumn: boolean
  onOpen: (id: string) => void
}

/** View, Open and everything else one may do to a row; reached by pointer, or by Tab from it. */
export function RowActs({ session, compact, current, acts, inColumn, onOpen }: Props) {
  const tabIndex = current ? 0 : -1
  const size = compact || inColumn ? "row" : "control"
  const live = liveTarget(session)
  const look = cx(buttonClass("plain", size), "bg-bg!")
  const follow = (event: MouseEvent, id: string) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    onOpen(id)
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: only keeps a click on a button off the row
    // biome-ignore lint/a11y/noStaticElementInteractions: only keeps a click on a button off the row
    <span
      className={cx(
        "items-center justify-end gap-1",
        // In a column each act keeps its place, also where one is missing.
        inColumn
          ? "grid grid-cols-[66px_66px_24px]"
          : "acts absolute inset-y-0.5 right-6 flex pl-3",
      )}
      onClick={(event) => event.stopPropagation()}
    >
      <a
        href={`/sessions/${session.id}`}
        tabIndex={tabIndex}
        className={look}
        onClick={(event) => follow(event, session.id)}
      >
        <Eye className="icon s text-muted" />
        {listWords.row.view}
      </a>
      {!live && inColumn && <span />}
      {live && (
        <a
          href={`/sessions/${live}`}
          tabIndex={tabIndex}
          className={look}
          onClick={(event) => follow(event, live)}
        >
          <ArrowUpRight className="icon s text-muted" />
          {listWords.row.open}
        </a>
      )}
      <Menu
        label={listWords.row.menu}
        align="end"
        items={sessionMenu(session, acts)}
        trigger={(props) => (
          <IconButton
            label={listWords.row.menu}
            look="plain"
            size={size}
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
