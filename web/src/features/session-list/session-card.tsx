import { memo } from "react"
import { rowStore } from "../../api/row-store"
import { rowFact } from "../../domain/row-fact"
import { agentName } from "../../domain/session"
import { statusLook } from "../../domain/state-tone"
import { listWords } from "../../domain/words/list"
import { cx } from "../../ui/cx"
import { currentTime } from "../../ui/ticker"
import { RowCheckbox, useIsSelected, useIsSelecting } from "../bulk"
import { Age, CostText, Pieces, StatusIcon, useSessionRow } from "../session-facts"
import { type RowProps, TitleLink } from "./session-row"

interface Props extends RowProps {
  index: number
  measure: (element: HTMLElement | null) => void
}

/** A session on a phone: title and age; status and fact; agent, progress and cost. */
export const SessionCard = memo(function SessionCard(props: Props) {
  const session = useSessionRow(props.id)
  const selected = useIsSelected(props.id)
  const selecting = useIsSelecting()
  if (!session) return null
  const removed = rowStore.isRemoved(props.id)
  const look = statusLook(session.display_status, session.tone)
  const fact = removed ? null : rowFact(session, currentTime())
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter on the focused row is a key of the list
    <div
      ref={props.measure}
      role="row"
      aria-rowindex={props.rowIndex}
      aria-selected={selected}
      data-index={props.index}
      data-row={props.id}
      tabIndex={props.current ? 0 : -1}
      style={props.style}
      onFocus={() => props.onFocus(props.id)}
      onClick={() => !removed && props.onOpen(props.id)}
      className={cx(
        "session-row absolute top-0 left-0 grid w-full grid-cols-[16px_minmax(0,1fr)_auto] gap-x-2.5 gap-y-0.5 px-4 py-2.5",
        props.need && "need",
        rowStore.isFresh(props.id) && "fresh",
      )}
    >
      <span role="gridcell" className="pt-[3px]">
        {selecting && !removed ? (
          <RowCheckbox id={props.id} />
        ) : (
          <StatusIcon session={session} large />
        )}
      </span>
      <span role="gridcell" className={cx("min-w-0", removed && "text-faint line-through")}>
        <TitleLink session={session} onOpen={props.onOpen} className="text-touch! leading-5.5!" />
      </span>
      <span role="gridcell" className="num text-small leading-5.5 text-faint">
        <Age at={session.updated_at} />
      </span>
      <span
        role="gridcell"
        className={cx(
          "prose-wrap col-[2/-1] text-base leading-4.5 text-muted",
          fact?.look === "problem" ? "line-clamp-2" : "truncate",
        )}
      >
        <span className={cx("font-medium", `tone-${look.tone}`)}>
          {removed ? listWords.list.deleted : look.label}
        </span>
        {fact && (
          <>
            <span className="text-faint"> · </span>
            <span className={cx(fact.look === "problem" && "text-problem")}>
              {fact.look === "code" ? (
                <code>
                  <Pieces text={fact.text} code="none" />
                </code>
              ) : (
                <Pieces text={fact.text} />
              )}
            </span>
          </>
        )}
      </span>
      <span role="gridcell" className="num col-[2/-1] flex gap-3 text-small leading-4.5 text-faint">
        <span className="truncate">{agentName(session)}</span>
        <span className="shrink-0">{session.progress?.text}</span>
        <span className="ml-auto">
          <CostText session={session} />
        </span>
      </span>
    </div>
  )
})
