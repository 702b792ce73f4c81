import { type FormEvent, useId, useState } from "react"
import { renameSession } from "../../api/acts"
import { type Session, titleOf } from "../../domain/session"
import { dialogWords } from "../../domain/words/dialogs"
import { Button } from "../../ui/button"
import { Dialog } from "../../ui/dialog"
import { Refused } from "../../ui/refused"
import { useAct } from "./use-act"

const say = dialogWords.rename

interface Props {
  session: Session
  onClose: () => void
}

export default function RenameDialog({ session, onClose }: Props) {
  const [title, setTitle] = useState(titleOf(session))
  const { busy, error, run } = useAct()
  const id = useId()

  const submit = (event: FormEvent) => {
    event.preventDefault()
    const wanted = title.trim()
    if (!wanted || wanted === session.title) return onClose()
    void run(async () => {
      await renameSession(session.id, wanted)
      onClose()
    })
  }

  return (
    <Dialog title={say.title} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <div>
          <label htmlFor={id} className="text-small font-medium">
            {say.label}
          </label>
          <input
            id={id}
            value={title}
            data-first
            onFocus={(event) => event.target.select()}
            onChange={(event) => setTitle(event.target.value)}
            aria-invalid={error !== null}
            className="mt-1 h-8 w-full rounded-control border border-line-strong bg-bg px-2 pointer-coarse:h-10"
          />
        </div>
        <Refused what={say.failed} why={error} />
        <div className="flex justify-end gap-2 pt-2">
          <Button size="form" onClick={onClose}>
            {say.cancel}
          </Button>
          <Button size="form" look="primary" type="submit" disabled={busy || !title.trim()}>
            {say.save}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
