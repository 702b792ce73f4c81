import { useEffect, useRef, useState } from "react"
import { type VerifyLine, verifyDatabase } from "../../api/queries/settings"
import { settingsWords } from "../../domain/words/settings"
import { Button } from "../../ui/button"
import { Refused } from "../../ui/refused"
import { useAct } from "../session-actions"

const words = settingsWords.diagnostics

/** Checks every chain of the record and says how far it is, line by line. */
export function Verify() {
  const [last, setLast] = useState<VerifyLine | null>(null)
  const [ended, setEnded] = useState(false)
  const { busy, error, run } = useAct()
  const stop = useRef<AbortController | null>(null)
  useEffect(() => () => stop.current?.abort(), [])
  const start = async () => {
    stop.current = new AbortController()
    setLast(null)
    setEnded(false)
    await run(() => verifyDatabase(setLast, stop.current?.signal ?? new AbortController().signal))
    setEnded(true)
  }
  return (
    <div>
      <Button disabled={busy} onClick={() => void start()}>
        {busy ? words.verifying : words.verify}
      </Button>
      <div role="status" className="num pt-2 text-small">
        <Outcome last={last} ended={ended && !error} />
      </div>
      <Refused what={words.failed} why={error} />
    </div>
  )
}

function Outcome({ last, ended }: { last: VerifyLine | null; ended: boolean }) {
  if (last?.type === "verified") {
    return last.ok ? (
      <p className="tone-success">{words.verified(last.sessions, last.events, last.seconds)}</p>
    ) : (
      <p className="text-problem">{words.notVerified(last.broken)}</p>
    )
  }
  if (ended) return <p className="text-problem">{words.cut}</p>
  return last?.type === "progress" ? (
    <p className="text-muted">{words.progress(last.sessions, last.events)}</p>
  ) : null
}
