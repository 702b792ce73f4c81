import { useEffect, useId, useState } from "react"
import { type RedactionTest as Tested, testText } from "../../api/queries/settings"
import { settingsWords } from "../../domain/words/settings"
import { shellWords } from "../../domain/words/shell"
import { Button } from "../../ui/button"
import { CopyButton } from "../../ui/copy"
import { Refused } from "../../ui/refused"
import { Pieces } from "../session-facts"
import { PartHead } from "./page-head"

const words = settingsWords.test
const WAIT_MS = 300

interface Outcome {
  tested: Tested | null
  ms: number
  error: string | null
}

const NOTHING: Outcome = { tested: null, ms: 0, error: null }

/** The outcome for a text, asked once typing pauses, and again when the rules changed. */
function useTested(text: string, rulesVersion: string): Outcome {
  const [outcome, setOutcome] = useState(NOTHING)
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rules, another outcome
  useEffect(() => {
    if (!text) {
      setOutcome(NOTHING)
      return
    }
    const stop = new AbortController()
    const timer = setTimeout(async () => {
      const since = performance.now()
      try {
        const tested = await testText(text, stop.signal)
        setOutcome({ tested, ms: Math.round(performance.now() - since), error: null })
      } catch (cause) {
        if (stop.signal.aborted) return
        const error = cause instanceof Error ? cause.message : shellWords.error.unknown
        setOutcome({ ...NOTHING, error })
      }
    }, WAIT_MS)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [text, rulesVersion])
  return outcome
}

/** A box to try the rules in: what goes in at the left, what would be kept at the right. */
export function RedactionTest({ rulesVersion }: { rulesVersion: string }) {
  const [text, setText] = useState("")
  const { tested, ms, error } = useTested(text, rulesVersion)
  const id = useId()
  const count = tested?.redactions.reduce((sum, { count }) => sum + count, 0) ?? 0
  return (
    <>
      <PartHead title={words.title} hint={words.hint}>
        <span role="status" className="num text-small text-muted">
          {tested && (count > 0 ? words.found(count, ms) : words.none)}
        </span>
      </PartHead>
      <div className="grid grid-cols-2 overflow-hidden rounded-card border border-line max-md:grid-cols-1">
        <div className="flex flex-col px-3 pt-2 pb-3">
          <div className="flex h-7 items-center justify-between">
            <label htmlFor={id} className="text-small text-muted">
              {words.input}
            </label>
            {text && (
              <Button size="row" look="ghost" onClick={() => setText("")}>
                {words.clear}
              </Button>
            )}
          </div>
          <textarea
            id={id}
            value={text}
            rows={7}
            spellCheck={false}
            autoComplete="off"
            placeholder={words.placeholder}
            onChange={(event) => setText(event.target.value)}
            className="grow resize-y rounded-control bg-transparent font-mono text-small leading-5 placeholder:text-faint"
          />
        </div>
        <div className="flex min-w-0 flex-col border-l border-line bg-sunken px-3 pt-2 pb-3 max-md:border-t max-md:border-l-0">
          <div className="flex h-7 items-center justify-between">
            <p className="text-small text-muted">{words.output}</p>
            {tested && (
              <CopyButton
                text={tested.text}
                label={words.copy}
                done={settingsWords.diagnostics.copied}
              />
            )}
          </div>
          <pre className="min-h-35 text-small leading-5 wrap-anywhere whitespace-pre-wrap">
            {tested ? (
              <Pieces text={tested.text} code="none" />
            ) : (
              <span className="text-faint">{words.nothing}</span>
            )}
          </pre>
        </div>
      </div>
      {tested && count > 0 && (
        <ul className="flex flex-wrap gap-x-4 gap-y-1 pt-2 text-small text-muted">
          {[...byRule(tested)].map(([rule, times]) => (
            <li key={rule}>{words.by(rule, times)}</li>
          ))}
        </ul>
      )}
      <Refused what={words.failed} why={error} />
    </>
  )
}

function byRule({ redactions }: Tested): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { rule, count } of redactions) sums.set(rule, (sums.get(rule) ?? 0) + count)
  return sums
}
