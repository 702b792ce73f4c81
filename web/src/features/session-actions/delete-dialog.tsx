import { Archive } from "lucide-react"
import { useState } from "react"
import { deleteSession } from "../../api/acts"
import { formatCost, formatCount } from "../../domain/format"
import { isArchived, type Session, titleOf, totalCostMicros } from "../../domain/session"
import { words } from "../../domain/words"
import { Button } from "../../ui/button"
import { Dialog } from "../../ui/dialog"
import { showToast } from "../../ui/toast"

const say = words.remove

interface Props {
  session: Session
  onClose: () => void
  onDeleted: () => void
  onArchive: () => void
}

/** Says what is lost in numbers before it is lost; the safe way out is the filled button. */
export default function DeleteDialog({ session, onClose, onDeleted, onArchive }: Props) {
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  const confirm = async () => {
    setBusy(true)
    try {
      await deleteSession(session.id)
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : words.error.unknown)
      return setBusy(false)
    }
    showToast({ text: say.done(titleOf(session)), dismiss: words.row.dismiss })
    onDeleted()
  }

  const facts = [
    [say.messages, formatCount(session.message_count)],
    [say.events, formatCount(session.seq)],
    [say.calls, formatCount(session.tool_call_count)],
    [say.cost, formatCost(totalCostMicros(session), session.currency)],
  ] as const

  return (
    <Dialog title={say.title(titleOf(session))} onClose={onClose}>
      <p className="prose-wrap text-muted">{say.body}</p>
      <dl className="grid grid-cols-4 rounded-card border border-line max-md:grid-cols-2">
        {facts.map(([label, value]) => (
          <div key={label} className="border-l border-line-soft px-3 py-2 first:border-l-0">
            <dt className="text-meta text-faint">{label}</dt>
            <dd className="num text-prose font-medium">{value}</dd>
          </div>
        ))}
      </dl>
      {session.recorded && <p className="text-small text-muted">{say.recorded}</p>}
      {error && (
        <p role="alert" className="text-small text-problem">
          {say.failed}: {error}
        </p>
      )}
      <div className="flex flex-wrap items-center justify-end gap-2 pt-2">
        {!isArchived(session) && (
          <Button size="form" look="ghost" className="mr-auto -ml-3" onClick={onArchive}>
            <Archive className="icon s" />
            {say.archive}
          </Button>
        )}
        <Button size="form" look="danger" disabled={busy} onClick={confirm}>
          {say.confirm}
        </Button>
        <Button size="form" look="primary" data-first onClick={onClose}>
          {say.cancel}
        </Button>
      </div>
    </Dialog>
  )
}
