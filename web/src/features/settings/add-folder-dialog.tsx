import { type FormEvent, useState } from "react"
import { startImport } from "../../api/queries/settings"
import { settingsWords } from "../../domain/words/settings"
import { Button } from "../../ui/button"
import { Dialog } from "../../ui/dialog"
import { Field, INPUT } from "../../ui/field"
import { Refused } from "../../ui/refused"
import { showToast } from "../../ui/toast"
import { useAct } from "../session-actions"

const words = settingsWords.imports

/** Imports from a path of the server's machine, once or for as long as it runs. */
export function AddFolderDialog({ onClose }: { onClose: () => void }) {
  const [path, setPath] = useState("")
  const [watch, setWatch] = useState(true)
  const [missing, setMissing] = useState(false)
  const { busy, error, run } = useAct()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setMissing(!path.trim())
    if (!path.trim()) return
    if (!(await run(() => startImport({ paths: [path.trim()], watch })))) return
    showToast({ text: words.started, dismiss: settingsWords.dismiss })
    onClose()
  }
  return (
    <Dialog title={words.add} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} className="grid gap-4">
        <Field label={words.path} hint={missing ? words.pathMissing : words.pathHint}>
          {(ids) => (
            <input
              {...ids}
              data-first
              value={path}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              aria-invalid={missing}
              onChange={(event) => setPath(event.target.value)}
              className={`${INPUT} font-mono`}
            />
          )}
        </Field>
        <label className="flex min-h-6 items-center gap-2">
          <input
            type="checkbox"
            checked={watch}
            onChange={(event) => setWatch(event.target.checked)}
            className="size-4 accent-(--accent)"
          />
          {words.watch}
        </label>
        <Refused what={words.notStarted} why={error} />
        <div className="flex justify-end gap-2">
          <Button size="form" look="ghost" onClick={onClose}>
            {settingsWords.cancel}
          </Button>
          <Button size="form" look="primary" type="submit" disabled={busy}>
            {busy ? words.starting : words.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
