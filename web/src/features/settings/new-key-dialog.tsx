import { type FormEvent, useState } from "react"
import { createKey, type Scope } from "../../api/queries/settings"
import { settingsWords } from "../../domain/words/settings"
import { Button } from "../../ui/button"
import { CopyButton } from "../../ui/copy"
import { Dialog } from "../../ui/dialog"
import { Field, INPUT } from "../../ui/field"
import { Refused } from "../../ui/refused"
import { useAct } from "../session-actions"

const words = settingsWords.keys
const SCOPES = Object.keys(words.scopes) as Scope[]
type Expiry = keyof typeof words.expiries
const EXPIRIES: Expiry[] = ["7", "30", "90", "never"]
const DAY = 86_400_000

const instantIn = (expiry: Expiry) =>
  expiry === "never" ? null : new Date(Date.now() + Number(expiry) * DAY).toISOString()

/** Asks for a name, a scope and an expiry; then shows the secret, once. */
export function NewKeyDialog({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<{ name: string; secret: string } | null>(null)
  if (made) return <MadeKey {...made} onClose={onClose} />
  return (
    <Dialog title={words.create} onClose={onClose}>
      <KeyForm onMade={setMade} onClose={onClose} />
    </Dialog>
  )
}

function KeyForm({
  onMade,
  onClose,
}: {
  onMade: (made: { name: string; secret: string }) => void
  onClose: () => void
}) {
  const [name, setName] = useState("")
  const [scope, setScope] = useState<Scope>("read")
  const [expiry, setExpiry] = useState<Expiry>("90")
  const [missing, setMissing] = useState(false)
  const { busy, error, run } = useAct()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setMissing(!name.trim())
    if (!name.trim()) return
    void run(async () =>
      onMade(await createKey({ name: name.trim(), scope, expires_at: instantIn(expiry) })),
    )
  }
  return (
    <form onSubmit={submit} className="grid gap-4">
      <Field label={words.name} hint={missing ? words.nameMissing : undefined}>
        {(ids) => (
          <input
            {...ids}
            data-first
            value={name}
            maxLength={128}
            autoComplete="off"
            placeholder={words.namePlaceholder}
            aria-invalid={missing}
            onChange={(event) => setName(event.target.value)}
            className={INPUT}
          />
        )}
      </Field>
      <Field label={words.scope}>
        {(ids) => (
          <select
            {...ids}
            value={scope}
            onChange={(event) => setScope(event.target.value as Scope)}
            className={INPUT}
          >
            {SCOPES.map((one) => (
              <option key={one} value={one}>
                {words.scopes[one]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={words.expires}>
        {(ids) => (
          <select
            {...ids}
            value={expiry}
            onChange={(event) => setExpiry(event.target.value as Expiry)}
            className={INPUT}
          >
            {EXPIRIES.map((one) => (
              <option key={one} value={one}>
                {words.expiries[one]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Refused what={words.notCreated} why={error} />
      <div className="flex justify-end gap-2">
        <Button size="form" look="ghost" onClick={onClose}>
          {settingsWords.cancel}
        </Button>
        <Button size="form" look="primary" type="submit" disabled={busy}>
          {busy ? words.creating : words.submit}
        </Button>
      </div>
    </form>
  )
}

function MadeKey({ name, secret, onClose }: { name: string; secret: string; onClose: () => void }) {
  return (
    <Dialog title={words.made(name)} onClose={onClose}>
      <p className="prose-wrap text-muted">{words.once}</p>
      <p className="rounded-control bg-sunken px-3 py-2 font-mono text-small wrap-anywhere select-all">
        {secret}
      </p>
      <div className="flex justify-end gap-2">
        <CopyButton
          text={secret}
          label={words.copy}
          done={settingsWords.diagnostics.copied}
          size="control"
          className="h-8!"
        >
          {words.copy}
        </CopyButton>
        <Button size="form" look="primary" onClick={onClose}>
          {words.done}
        </Button>
      </div>
    </Dialog>
  )
}
