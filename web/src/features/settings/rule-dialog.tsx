import { type FormEvent, useState } from "react"
import { type Rule, saveRule } from "../../api/queries/settings"
import { settingsWords } from "../../domain/words/settings"
import { Button } from "../../ui/button"
import { Dialog } from "../../ui/dialog"
import { Field, INPUT } from "../../ui/field"
import { Refused } from "../../ui/refused"
import { useAct } from "../session-actions"

const words = settingsWords.redaction
const { form } = words

/** Adds a pattern, or changes one; what else its rule says stays. */
export function RuleDialog({ rule, onClose }: { rule: Rule | null; onClose: () => void }) {
  const [id, setId] = useState(rule?.id ?? "")
  const [regex, setRegex] = useState(rule?.rule?.regex ?? "")
  const [description, setDescription] = useState(rule?.description ?? "")
  const [missing, setMissing] = useState(false)
  const { busy, error, run } = useAct()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const complete = id.trim() !== "" && regex !== ""
    setMissing(!complete)
    if (!complete) return
    const body = { ...rule?.rule, id: id.trim(), regex, description }
    if (await run(() => saveRule(body, rule === null))) onClose()
  }
  return (
    <Dialog title={rule ? form.update(rule.id) : form.create} onClose={onClose}>
      <form
        onSubmit={(event) => void submit(event)}
        className="grid gap-4 text-left whitespace-normal"
      >
        <Field label={form.id} hint={form.idHint}>
          {(ids) => (
            <input
              {...ids}
              data-first={rule ? undefined : true}
              value={id}
              // The name stands in the record already.
              disabled={rule !== null}
              maxLength={64}
              pattern="[A-Za-z0-9._\-]*"
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setId(event.target.value)}
              className={INPUT}
            />
          )}
        </Field>
        <Field label={form.regex} hint={form.regexHint}>
          {(ids) => (
            <input
              {...ids}
              data-first={rule ? true : undefined}
              value={regex}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setRegex(event.target.value)}
              className={`${INPUT} font-mono`}
            />
          )}
        </Field>
        <Field label={form.description}>
          {(ids) => (
            <input
              {...ids}
              value={description}
              autoComplete="off"
              onChange={(event) => setDescription(event.target.value)}
              className={INPUT}
            />
          )}
        </Field>
        <Refused why={missing ? form.missing : null} />
        <Refused what={words.notChanged} why={error} />
        <div className="flex justify-end gap-2">
          <Button size="form" look="ghost" onClick={onClose}>
            {settingsWords.cancel}
          </Button>
          <Button size="form" look="primary" type="submit" disabled={busy}>
            {busy ? form.saving : form.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
