import { useQuery } from "@tanstack/react-query"
import { RotateCcw, TriangleAlert } from "lucide-react"
import { resetSession } from "../../api/acts"
import { contextState } from "../../api/queries/detail"
import { formatCost, formatCount, formatTokens } from "../../domain/format"
import { type Session, titleOf, totalCostMicros } from "../../domain/session"
import { actWords } from "../../domain/words/acts"
import { dialogWords } from "../../domain/words/dialogs"
import { Dialog } from "../../ui/dialog"
import { FactStrip } from "../../ui/fact-strip"
import { ConfirmFoot } from "./confirm-foot"
import { sayDone } from "./said"
import { useAct } from "./use-act"

const say = dialogWords.reset

interface Props {
  session: Session
  onClose: () => void
  onDone: () => void
}

/** Says what the agent forgets, and what stays, before it is done (S1-15, S1-22). */
export default function ResetDialog({ session, onClose, onDone }: Props) {
  const title = titleOf(session)
  const { data } = useQuery(contextState(session.id, null))
  const tokens = data?.entries.reduce((sum, entry) => sum + entry.tokens, 0) ?? 0
  const { busy, error, run } = useAct()
  const confirm = () =>
    run(async () => {
      await resetSession(session.id)
      sayDone(say.done(title), RotateCcw)
      onDone()
    })
  const forgets =
    tokens > 0
      ? say.forgetsTokens(session.message_count, formatTokens(tokens))
      : say.forgets(session.message_count)
  return (
    <Dialog title={say.title(title)} onClose={onClose}>
      <p className="prose-wrap text-muted">
        <b className="font-medium text-fg">{forgets}</b>
        {say.starts((session.segment ?? 1) + 1)}
      </p>
      <FactStrip
        facts={[
          [actWords.acts.messages, formatCount(session.message_count)],
          [actWords.acts.eventsKept, formatCount(session.seq)],
          [actWords.acts.costKept, formatCost(totalCostMicros(session), session.currency)],
        ]}
      />
      {session.attention && session.attention.reason !== "failed" && (
        <p className="flex gap-2 text-small">
          <TriangleAlert className="icon s mt-px text-attention" />
          {say.waiting}
        </p>
      )}
      {session.recorded && <p className="text-small text-muted">{say.recorded}</p>}
      <ConfirmFoot
        error={error}
        failed={say.failed}
        busy={busy}
        onClose={onClose}
        onConfirm={confirm}
      >
        <RotateCcw className="icon s" />
        {say.confirm}
      </ConfirmFoot>
    </Dialog>
  )
}
