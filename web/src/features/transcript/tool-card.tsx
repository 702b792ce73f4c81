import { Ban, ChevronDown, ChevronRight, CircleDot, CircleHelp, CircleX, Hand } from "lucide-react"
import { lazy, Suspense, useMemo } from "react"
import { fileDiff } from "../../domain/diff-rows"
import { connectorOf, toolName } from "../../domain/event"
import type { CallEntry } from "../../domain/fold-transcript"
import { formatDuration } from "../../domain/format"
import { type Call, hasFailed, opensItself } from "../../domain/tool-call"
import { argumentLine, toolKind } from "../../domain/tool-kind"
import { transcriptWords } from "../../domain/words/transcript"
import { cx } from "../../ui/cx"
import { Pieces, ToolIcon } from "../session-facts"
import { useOpenCall } from "./context"
import { DiffCount } from "./diff-count"

const ToolBody = lazy(() => import("./tool-body"))

const say = transcriptWords.tool

/** One call on one line; failures and short edits are open by themselves. */
export function ToolCard({ entry }: { entry: CallEntry }) {
  const { call, key } = entry
  const opens = useMemo(() => opensItself(call), [call])
  const [open, toggle] = useOpenCall(key, opens)
  const Chevron = open ? ChevronDown : ChevronRight
  const line = call.edits.length > 0 ? editedPaths(call) : argumentLine(call.use.input)
  return (
    <div
      className={cx(
        "overflow-hidden rounded-card border bg-bg",
        hasFailed(call)
          ? "border-[color-mix(in_oklab,var(--problem)_40%,var(--line))]"
          : "border-line",
      )}
    >
      <button
        type="button"
        aria-expanded={open}
        onClick={toggle}
        className="flex h-8 w-full items-center gap-2 px-2.5 text-left text-small outline-offset-[-2px] hover:bg-hover pointer-coarse:h-10"
      >
        <CallIcon call={call} />
        <span className="shrink-0 font-mono font-medium">{toolName(call.use)}</span>
        <code className="min-w-0 grow truncate text-muted" data-tip={line}>
          <Pieces text={line} code="none" />
        </code>
        <CallFacts call={call} />
        <Chevron className="icon s text-faint" />
      </button>
      {open && (
        <Suspense fallback={<div className="h-16 border-t border-line-soft" />}>
          <ToolBody call={call} />
        </Suspense>
      )}
    </div>
  )
}

/** An edit is about its files, however the call was written. */
function editedPaths(call: Call): string {
  return [...new Set(call.edits.map((edit) => String(edit.path ?? "")))].join(", ")
}

function CallIcon({ call }: { call: Call }) {
  if (call.status === "failed") return <CircleX className="icon s tone-problem" />
  if (call.status === "rejected") return <Ban className="icon s tone-problem" />
  if (call.status === "unknown") return <CircleHelp className="icon s tone-attention" />
  if (call.status === "running") return <CircleDot className="icon s pulse tone-active" />
  if (call.status === "waiting") return <Hand className="icon s tone-attention" />
  return (
    <ToolIcon kind={toolKind(toolName(call.use), connectorOf(call.use))} className="text-muted" />
  )
}

/** At the end of the line: where it went, how it ended, what it changed, how long it took. */
function CallFacts({ call }: { call: Call }) {
  const counts = useMemo(() => {
    const diffs = call.edits.map(fileDiff).filter((diff) => diff !== null)
    const added = diffs.reduce((sum, diff) => sum + diff.added, 0)
    const removed = diffs.reduce((sum, diff) => sum + diff.removed, 0)
    return diffs.length > 0 ? { added, removed } : null
  }, [call])
  const via = [connectorOf(call.use), call.use.call_type === "search" ? say.search : null]
  const route = via.filter(Boolean).join(", ")
  const outcome = outcomeOf(call)
  return (
    <span className="num flex shrink-0 items-center gap-3 whitespace-nowrap text-faint">
      {route && <span className="max-md:hidden">{route}</span>}
      {outcome && <span className={outcome.look}>{outcome.text}</span>}
      {counts && <DiffCount {...counts} />}
      {call.ms !== null && <span>{formatDuration(call.ms)}</span>}
    </span>
  )
}

function outcomeOf(call: Call): { text: string; look: string } | null {
  const problem = "font-medium text-problem"
  if (call.status === "failed")
    return { text: call.exit ? say.exit(call.exit) : say.failed, look: problem }
  if (call.status === "rejected") return { text: say.rejected, look: problem }
  if (call.status === "unknown")
    return { text: say.outcomeUnknown, look: "font-medium tone-attention" }
  if (call.status === "running") return { text: say.running, look: "font-medium tone-active" }
  if (call.status === "waiting") return { text: say.waiting, look: "font-medium tone-attention" }
  if (call.status === "none") return { text: say.noResult, look: "" }
  return call.exit ? { text: say.exit(call.exit), look: "" } : null
}
