import { Bookmark } from "lucide-react"
import { type FormEvent, useId, useState } from "react"
import { createView, updateView, type ViewBody } from "../../api/queries/views"
import type { ListFilter, Search } from "../../domain/list-filter"
import { fixedDate, type SavedView } from "../../domain/list-view"
import { listWords } from "../../domain/words/list"
import { Button } from "../../ui/button"
import { Checkbox } from "../../ui/checkbox"
import { Dialog } from "../../ui/dialog"
import { Refused } from "../../ui/refused"
import { currentTime } from "../../ui/ticker"
import { sayDone, useAct } from "../session-actions"
import { useViewsChanged } from "./use-views"

const say = listWords.savedView

interface Props {
  /** The view whose name or audience changes; else a new one is made of what is shown. */
  view?: SavedView
  body: ViewBody
  filter: ListFilter
  search: Search
  onClose: () => void
  onDone: (view: SavedView) => void
}

export default function ViewDialog({ view, body, filter, search, onClose, onDone }: Props) {
  const [name, setName] = useState(view?.name ?? "")
  const [shared, setShared] = useState(view?.shared ?? false)
  const { busy, error, run } = useAct()
  const changed = useViewsChanged()
  const id = useId()
  const day = view ? null : fixedDate(filter, currentTime())

  const submit = (event: FormEvent) => {
    event.preventDefault()
    const said = { ...body, name: name.trim(), shared }
    void run(async () => {
      const kept = view ? await updateView(view.id, said) : await createView(said)
      await changed()
      sayDone(say.saved(kept.name), Bookmark)
      onClose()
      onDone(kept)
    })
  }

  return (
    <Dialog title={view ? say.editTitle : say.saveTitle} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <div>
          <label htmlFor={id} className="text-small font-medium">
            {say.name}
          </label>
          <input
            id={id}
            value={name}
            data-first
            maxLength={80}
            onChange={(event) => setName(event.target.value)}
            aria-invalid={error !== null}
            className="mt-1 h-8 w-full rounded-control border border-line-strong bg-bg px-2 pointer-coarse:h-10"
          />
        </div>
        <div className="flex items-start gap-2">
          <Checkbox label={say.shared} checked={shared} onClick={() => setShared(!shared)} />
          <div aria-hidden="true">
            <p className="text-small font-medium">{say.shared}</p>
            <p className="text-small text-muted">{say.sharedHint}</p>
          </div>
        </div>
        {!view && search.q && <p className="text-small text-muted">{say.noText}</p>}
        {day && <p className="text-small text-muted">{say.fixedDate(day)}</p>}
        <Refused what={say.failed} why={error} />
        <div className="flex justify-end gap-2 pt-2">
          <Button size="form" onClick={onClose}>
            {say.cancel}
          </Button>
          <Button size="form" look="primary" type="submit" disabled={busy || !name.trim()}>
            {say.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
