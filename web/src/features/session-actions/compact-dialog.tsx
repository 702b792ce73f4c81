import { useQuery } from "@tanstack/react-query"
import { FoldVertical } from "lucide-react"
import { useId, useState } from "react"
import { compactSession } from "../../api/acts"
import { contextState } from "../../api/queries/detail"
import { formatTokens } from "../../domain/format"
import { type Session, titleOf } from "../../domain/session"
import { dialogWords } from "../../domain/words/dialogs"
import { Dialog } from "../../ui/dialog"
import { type Estimate, estimateCompaction } from "./compaction-estimate"
import { ConfirmFoot } from "./confirm-foot"
import { sayDone } from "./said"
import { reasonOf, useAct } from "./use-act"

const say = dialogWords.compact
const LONGEST = 2_000

interface Props {
  session: Session
  onClose: () => void
  onDone: () => void
}

/** What compacting leaves, estimated, before it is done (S1-22, S1-24). */
export default function CompactDialog({ session, onClose, onDone }: Props) {
  const [instruction, setInstruction] = useState("")
  const field = useId()
  const context = useQuery(contextState(session.id, null))
  const estimate = context.data ? estimateCompaction(context.data.entries) : undefined
  const { busy, error, run } = useAct()
  const confirm = () =>
    run(async () => {
      const { compaction } = await compactSession(session.id, instruction.trim())
      sayDone(
        compaction
          ? say.done(formatTokens(compaction.tokens_before), formatTokens(compaction.tokens_after))
          : say.none,
        FoldVertical,
      )
      onDone()
    })
  return (
    <Dialog title={say.title(titleOf(session))} onClose={onClose}>
      <p className="prose-wrap text-muted">{say.body}</p>
      {estimate && <EstimateBars estimate={estimate} />}
      <p className="prose-wrap text-small text-muted" role="status">
        {context.isPending && say.estimating}
        {context.error && say.noEstimate(reasonOf(context.error))}
        {estimate === null && say.nothing}
        {estimate &&
          say.estimate(
            formatTokens(estimate.before),
            formatTokens(estimate.after),
            estimate.keptTurns,
          )}
      </p>
      {session.recorded && <p className="text-small text-muted">{say.recorded}</p>}
      <div>
        <label htmlFor={field} className="text-small font-medium">
          {say.instruction} <span className="font-normal text-muted">{say.optional}</span>
        </label>
        <textarea
          id={field}
          rows={2}
          maxLength={LONGEST}
          value={instruction}
          placeholder={say.placeholder}
          onChange={(event) => setInstruction(event.target.value)}
          className="mt-1 block w-full rounded-control border border-line-strong bg-bg px-2 py-1.5 placeholder:text-faint"
        />
      </div>
      <ConfirmFoot
        error={error}
        failed={say.failed}
        busy={busy}
        disabled={estimate === null}
        onClose={onClose}
        onConfirm={confirm}
      >
        <FoldVertical className="icon s" />
        {say.confirm}
      </ConfirmFoot>
    </Dialog>
  )
}

/** Before and after on one scale: what stays, and what a summary stands for. */
function EstimateBars({ estimate }: { estimate: Estimate }) {
  const { before, after, covered, summary } = estimate
  const lines = [
    [say.now, covered, before, formatTokens(before)],
    [say.after, summary, after, `≈${formatTokens(after)}`],
  ] as const
  const width = (tokens: number) => `${(tokens / Math.max(1, before)) * 100}%`
  return (
    <div className="flex flex-col gap-2">
      {lines.map(([label, changed, total, text]) => (
        <div
          key={label}
          className="grid grid-cols-[48px_minmax(0,1fr)_64px] items-center text-small"
        >
          <span className="text-muted">{label}</span>
          <span
            aria-hidden="true"
            className="flex h-3 gap-px overflow-hidden rounded-[3px] bg-sunken"
          >
            <span className="bg-(--c1)" style={{ width: width(total - changed) }} />
            <span className="hatched bg-(--c4)" style={{ width: width(changed) }} />
          </span>
          <span className="num text-right font-medium">{text}</span>
        </div>
      ))}
      <p className="flex gap-4 text-small text-muted">
        <span className="flex items-center gap-1.5">
          <span className="size-2.5 rounded-[3px] bg-(--c1)" />
          {say.kept}
        </span>
        <span className="flex items-center gap-1.5">
          <span className="hatched size-2.5 rounded-[3px] bg-(--c4)" />
          {say.summary}
        </span>
      </p>
    </div>
  )
}
