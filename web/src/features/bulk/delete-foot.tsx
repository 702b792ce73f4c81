import { Archive, Download } from "lucide-react"
import { useId, useState } from "react"
import { bulkWords } from "../../domain/words/bulk"
import { Button } from "../../ui/button"
import { Refused } from "../../ui/refused"
import { useAct } from "../session-actions"
import type { Chosen } from "./target"
import type { BulkActs } from "./use-bulk-acts"

const say = bulkWords.delete
/** Above this the number has to be typed (ui.md B.3). */
const TYPED_ABOVE = 20

interface Props {
  acts: BulkActs
  chosen: Chosen
}

/** Deleting many: the safe way out is the filled button (S1-17). */
export function DeleteFoot({ acts, chosen }: Props) {
  const [typed, setTyped] = useState("")
  const field = useId()
  const { busy, error, run } = useAct()
  const needsNumber = chosen.count > TYPED_ABOVE
  const sure = !needsNumber || typed.replaceAll(/[\s,.]/g, "") === String(chosen.count)
  const archive = () => {
    acts.close()
    acts.beginNow("archive", chosen)
  }
  return (
    <>
      {needsNumber && (
        <div>
          <label htmlFor={field} className="text-small font-medium">
            {say.type(chosen.count)}
          </label>
          <input
            id={field}
            data-first
            inputMode="numeric"
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            className="num mt-1 block h-8 w-32 rounded-control border border-line-strong bg-bg px-2 pointer-coarse:h-10"
          />
        </div>
      )}
      <Refused what={bulkWords.notStarted} why={error} />
      <div className="flex flex-wrap items-center justify-end gap-2 pt-2">
        <Button size="form" look="ghost" className="mr-auto -ml-3" onClick={archive}>
          <Archive className="icon s" />
          {say.archive}
        </Button>
        <Button size="form" onClick={acts.close}>
          {bulkWords.cancel}
        </Button>
        <Button
          size="form"
          look="danger"
          disabled={busy || !sure}
          onClick={() => run(() => acts.begin("delete", chosen))}
        >
          {say.confirm}
        </Button>
        <Button
          size="form"
          look="primary"
          {...(needsNumber ? {} : { "data-first": true })}
          disabled={acts.exporting}
          onClick={() => void acts.exportAll(chosen)}
        >
          <Download className="icon s" />
          {say.exportFirst}
        </Button>
      </div>
    </>
  )
}
