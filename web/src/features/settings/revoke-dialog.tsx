import { type ApiKey, revokeKey } from "../../api/queries/settings"
import { settingsWords } from "../../domain/words/settings"
import { Button } from "../../ui/button"
import { Dialog } from "../../ui/dialog"
import { Refused } from "../../ui/refused"
import { showToast } from "../../ui/toast"
import { useAct } from "../session-actions"
import { Moment } from "../session-facts"

const words = settingsWords.keys

/** Says what happens to whatever uses the key; keeping it is the filled button. */
export function RevokeDialog({ of: key, onClose }: { of: ApiKey; onClose: () => void }) {
  const { busy, error, run } = useAct()
  const revoke = async () => {
    if (!(await run(() => revokeKey(key.id)))) return
    showToast({ text: words.revokedToast(key.name), dismiss: settingsWords.dismiss })
    onClose()
  }
  return (
    <Dialog title={words.revokeTitle(key.name)} onClose={onClose}>
      <p className="prose-wrap text-muted">{words.revokeBody}</p>
      <p className="text-small text-muted">
        {words.used}: {key.last_used_at ? <Moment at={key.last_used_at} /> : words.never}
      </p>
      <Refused what={words.notRevoked} why={error} />
      <div className="flex justify-end gap-2">
        <Button size="form" look="danger" disabled={busy} onClick={() => void revoke()}>
          {words.revoke}
        </Button>
        <Button size="form" look="primary" data-first onClick={onClose}>
          {words.keep}
        </Button>
      </div>
    </Dialog>
  )
}
