import { Trash2 } from "lucide-react"
import { deleteView } from "../../api/queries/views"
import type { SavedView } from "../../domain/list-view"
import { listWords } from "../../domain/words/list"
import { Button } from "../../ui/button"
import { Dialog } from "../../ui/dialog"
import { Refused } from "../../ui/refused"
import { sayDone, useAct } from "../session-actions"
import { useViewsChanged } from "./use-views"

const say = listWords.savedView

interface Props {
  view: SavedView
  onClose: () => void
  onDeleted: () => void
}

export default function DeleteView({ view, onClose, onDeleted }: Props) {
  const { busy, error, run } = useAct()
  const changed = useViewsChanged()
  const confirm = () =>
    run(async () => {
      await deleteView(view.id)
      await changed()
      sayDone(say.deleted(view.name), Trash2)
      onDeleted()
    })
  return (
    <Dialog title={say.deleteTitle(view.name)} onClose={onClose}>
      <p className="prose-wrap text-muted">{view.shared ? say.deleteHint : say.deleteOwnHint}</p>
      <Refused what={say.deleteFailed} why={error} />
      <div className="flex justify-end gap-2 pt-2">
        <Button size="form" look="danger" disabled={busy} onClick={confirm}>
          {say.deleteConfirm}
        </Button>
        <Button size="form" look="primary" data-first onClick={onClose}>
          {say.cancel}
        </Button>
      </div>
    </Dialog>
  )
}
