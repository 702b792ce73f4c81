import { type FormEvent, useId, useState } from "react"
import { labelSession } from "../../api/acts"
import type { Session } from "../../domain/session"
import { dialogWords } from "../../domain/words/dialogs"
import { Button } from "../../ui/button"
import { Dialog } from "../../ui/dialog"
import { Refused } from "../../ui/refused"
import { TagField, withTyped } from "../../ui/tag-field"
import { useAct } from "./use-act"

const say = dialogWords.labels
const LONGEST = 128

interface Props {
  session: Session
  onClose: () => void
  onDone: () => void
}

/** Tags, and the names of the initiative and plan a session belongs to. */
export default function LabelsDialog({ session, onClose, onDone }: Props) {
  const [tags, setTags] = useState<string[]>(session.tags ?? [])
  const [text, setText] = useState("")
  const [initiative, setInitiative] = useState(session.initiative_id ?? "")
  const [plan, setPlan] = useState(session.plan_id ?? "")
  const { busy, error, run } = useAct()
  const confirm = () =>
    run(async () => {
      await labelSession(session.id, {
        tags: withTyped(tags, text),
        initiative_id: initiative.trim() || null,
        plan_id: plan.trim() || null,
      })
      onDone()
    })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void confirm()
  }
  return (
    <Dialog title={say.title} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <TagField
          label={say.tags}
          hint={say.tagsHint}
          remove={say.remove}
          tags={tags}
          onChange={setTags}
          text={text}
          onText={setText}
        />
        <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
          <Field label={say.initiative} value={initiative} onChange={setInitiative} />
          <Field label={say.plan} value={plan} onChange={setPlan} />
        </div>
        <Refused what={say.failed} why={error} />
        <div className="flex justify-end gap-2 pt-2">
          <Button size="form" onClick={onClose}>
            {say.cancel}
          </Button>
          <Button size="form" look="primary" type="submit" disabled={busy}>
            {say.save}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

interface FieldProps {
  label: string
  value: string
  onChange: (value: string) => void
}

function Field({ label, value, onChange }: FieldProps) {
  const id = useId()
  return (
    <div>
      <label htmlFor={id} className="text-small font-medium">
        {label} <span className="font-normal text-muted">{say.optional}</span>
      </label>
      <input
        id={id}
        value={value}
        maxLength={LONGEST}
        onChange={(event) => onChange(event.target.value)}
        className="mt-1 h-8 w-full rounded-control border border-line-strong bg-bg px-2 pointer-coarse:h-10"
      />
    </div>
  )
}
