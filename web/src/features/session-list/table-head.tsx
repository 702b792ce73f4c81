import { words } from "../../domain/words"
import { cx } from "../../ui/cx"

const say = words.list.columns

const COLUMNS: [label: string, className: string][] = [
  [say.status, ""],
  [say.title, ""],
  [say.type, "c-type"],
  [say.agent, "c-agent"],
  [say.owner, "c-owner"],
  [say.progress, "c-progress"],
  [say.tools, "c-tools"],
  [say.tokensIn, "c-in text-right"],
  [say.tokensOut, "c-out text-right"],
  [say.calls, "c-calls text-right"],
  [say.cost, "text-right"],
  [say.updated, "text-right"],
]

export function TableHead() {
  return (
    <div
      role="row"
      aria-rowindex={1}
      className="session-columns sticky top-0 z-(--z-sticky) h-7 border-b border-line-soft bg-bg text-meta whitespace-nowrap text-faint"
    >
      {COLUMNS.map(([label, className]) => (
        <span key={label} role="columnheader" className={cx(className)}>
          {label === say.owner ? <span className="sr-only">{label}</span> : label}
        </span>
      ))}
    </div>
  )
}
