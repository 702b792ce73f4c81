import { useState } from "react"
import { startImport } from "../../api/queries/settings"
import type { ImportSource } from "../../api/types"
import { formatCount } from "../../domain/format"
import { known } from "../../domain/reading"
import { settingsWords } from "../../domain/words/settings"
import { Button } from "../../ui/button"
import { cx } from "../../ui/cx"
import { Dialog } from "../../ui/dialog"
import { Refused } from "../../ui/refused"
import { ProgressBar } from "../../ui/small"
import { useAct } from "../session-actions"
import { Cell, Row } from "./data-table"

const words = settingsWords.imports
/** A folder whose format each file tells by itself. */
const GUESSED = "auto"

/** One place: what was found, how far it is, what could not be read, and reading it again. */
export function SourceRow({ source }: { source: ImportSource }) {
  const { busy, error, run } = useAct()
  const working = source.state === "scanning" || source.state === "importing"
  const scan = () =>
    run(() =>
      startImport({
        paths: [source.path],
        watch: source.state === "watching",
        ...(source.format === GUESSED ? {} : { format: source.format }),
      }),
    )
  return (
    <Row>
      <Cell whole className="md:py-2!">
        <span className="font-medium">{source.name}</span>
        <code className="block text-meta wrap-anywhere text-muted">{source.path}</code>
        <Refused what={words.notStarted} why={error ?? source.error} />
      </Cell>
      <Cell whole className="md:min-w-40">
        <State source={source} working={working} />
        <Skipped source={source} />
      </Cell>
      <Cell end label={words.columns.sessions}>
        {formatCount(source.sessions)}
      </Cell>
      <Cell end label={words.columns.events}>
        {formatCount(source.events)}
      </Cell>
      <Cell end className="max-md:ml-auto">
        <Button
          size="row"
          disabled={busy || working}
          aria-label={words.scanLabel(source.name, source.path)}
          onClick={() => void scan()}
        >
          {words.scan}
        </Button>
      </Cell>
    </Row>
  )
}

function State({ source, working }: { source: ImportSource; working: boolean }) {
  const state = known(words.states, source.state) ?? source.state
  const look = working ? "tone-active" : source.state === "failed" ? "text-problem" : ""
  return (
    <>
      <span className={cx(look)}>{state}</span>
      <span className="num text-muted">, {words.files(source.files_done, source.files_total)}</span>
      {working && (
        <span className="block max-w-40 pt-1">
          <ProgressBar done={source.files_done} total={source.files_total} label={state} />
        </span>
      )}
    </>
  )
}

function Skipped({ source }: { source: ImportSource }) {
  const [open, setOpen] = useState(false)
  if (source.skipped.length === 0) return null
  const title = words.skipped(source.skipped.length)
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="block min-h-6 text-left text-attention underline underline-offset-2"
      >
        {title}
      </button>
      {open && (
        <Dialog title={title} onClose={() => setOpen(false)} width="wide">
          <p className="text-muted">{words.skippedHint}</p>
          <ul className="grid gap-2 text-small">
            {source.skipped.map(({ path, reason }) => (
              <li key={`${path}${reason}`}>
                <code className="wrap-anywhere">{path}</code>
                <span className="block text-muted">{reason}</span>
              </li>
            ))}
          </ul>
          <div className="flex justify-end">
            <Button size="form" look="primary" data-first onClick={() => setOpen(false)}>
              {settingsWords.close}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  )
}
