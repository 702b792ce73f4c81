import { Archive, Download } from "lucide-react"
import { useState } from "react"
import { deleteSession } from "../../api/acts"
import { formatCost, formatCount } from "../../domain/format"
import { isArchived, type Session, titleOf, totalCostMicros } from "../../domain/session"
import { actWords } from "../../domain/words/acts"
import { dialogWords } from "../../domain/words/dialogs"
import { listWords } from "../../domain/words/list"
import { Button } from "../../ui/button"
import { Dialog } from "../../ui/dialog"
import { FactStrip } from "../../ui/fact-strip"
import { Refused } from "../../ui/refused"
import { showToast } from "../../ui/toast"
import { exportToFile } from "./export-file"
import { useAct } from "./use-act"

const say = dialogWords.remove

interface Props {
  session: Session
  onClose: () => void
  onDeleted: () => void
  onArchive: () => void
}

/** Says what is lost in numbers before it is lost; the safe way out is the filled button. */
export default function DeleteDialog({ session, onClose, onDeleted, onArchive }: Props) {
  const [saving, setSaving] = useState(false)
  const { busy, error, run } = useAct()
  const confirm = () =>
    run(async () => {
      await deleteSession(session.id)
      showToast({ text: say.done(titleOf(session)), dismiss: listWords.row.dismiss })
      onDeleted()
    })
  // The dialog stays: deleting is still a decision of its own.
  const exportFirst = async () => {
    setSaving(true)
    await exportToFile(session, "jsonl")
    setSaving(false)
  }
  return (
    <Dialog title={say.title(titleOf(session))} onClose={onClose}>
      <p className="prose-wrap text-muted">{say.body}</p>
      <FactStrip
        facts={[
          [say.messages, formatCount(session.message_count)],
          [say.events, formatCount(session.seq)],
          [say.calls, formatCount(session.tool_call_count)],
          [say.cost, formatCost(totalCostMicros(session), session.currency)],
        ]}
      />
      {session.recorded && <p className="text-small text-muted">{say.recorded}</p>}
      <Refused what={say.failed} why={error} />
      <div className="flex flex-wrap items-center justify-end gap-2 pt-2">
        {!isArchived(session) && (
          <Button size="form" look="ghost" className="mr-auto -ml-3" onClick={onArchive}>
            <Archive className="icon s" />
            {say.archive}
          </Button>
        )}
        <Button size="form" onClick={onClose}>
          {actWords.acts.cancel}
        </Button>
        <Button size="form" look="danger" disabled={busy} onClick={confirm}>
          {say.confirm}
        </Button>
        <Button size="form" look="primary" data-first disabled={saving} onClick={exportFirst}>
          <Download className="icon s" />
          {actWords.acts.exportFirst}
        </Button>
      </div>
    </Dialog>
  )
}
