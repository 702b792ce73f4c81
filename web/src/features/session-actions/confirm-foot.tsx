import type { ReactNode } from "react"
import { actWords } from "../../domain/words/acts"
import { Button } from "../../ui/button"
import { Refused } from "../../ui/refused"

interface Props {
  error: string | null
  failed: string
  busy: boolean
  disabled?: boolean
  onClose: () => void
  onConfirm: () => void
  children: ReactNode
}

/** The end of a dialog that asks: what went wrong, the way out, the act. */
export function ConfirmFoot({
  error,
  failed,
  busy,
  disabled,
  onClose,
  onConfirm,
  children,
}: Props) {
  return (
    <>
      <Refused what={failed} why={error} />
      <div className="flex justify-end gap-2 pt-2">
        <Button size="form" onClick={onClose}>
          {actWords.acts.cancel}
        </Button>
        <Button size="form" look="primary" disabled={busy || disabled} onClick={onConfirm}>
          {children}
        </Button>
      </div>
    </>
  )
}
