import { memo } from "react"
import type { Entry } from "../../domain/fold-transcript"
import { cx } from "../../ui/cx"
import { EntryCard } from "./entry-card"
import { ToolRun } from "./tool-run"
import { TurnHeader } from "./turn-header"

interface Props {
  entry: Entry
  /** A link points here. */
  found: boolean
  /** The replay stands here. */
  current?: boolean
}

export const EntryView = memo(function EntryView({ entry, found, current }: Props) {
  return (
    <div className={cx(found && "found", current && "replayed") || undefined}>{drawn(entry)}</div>
  )
})

function drawn(entry: Entry) {
  if (entry.shape === "turn") return <TurnHeader entry={entry} />
  if (entry.shape === "run") return <ToolRun entry={entry} />
  return <EntryCard entry={entry} />
}
