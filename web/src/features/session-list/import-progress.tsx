import { CircleCheck, CircleDot, CircleX, ScanSearch, TriangleAlert, X } from "lucide-react"
import { useState } from "react"
import type { ImportSource, ImportState } from "../../api/types"
import { formatCount } from "../../domain/format"
import { importWords } from "../../domain/words/imports"
import { listWords } from "../../domain/words/list"
import { Button, IconButton } from "../../ui/button"
import { cx } from "../../ui/cx"
import { ProgressBar } from "../../ui/small"
import { isAtWork, leftOut } from "./import-state"

const say = importWords

/** How far each source is, while one of them is at work; after that only what went wrong. */
export function ImportProgress({ sources }: { sources: ImportSource[] }) {
  const [dismissed, setDismissed] = useState(false)
  const working = isAtWork(sources)
  const shown = sources.filter((source) => source.files_total > 0 || source.state !== "watching")
  const skipped = leftOut(sources)
  const failed = sources.filter((source) => source.state === "failed")
  if (!working && (dismissed || (skipped.length === 0 && failed.length === 0))) return null
  const sessions = sources.reduce((sum, source) => sum + source.sessions, 0)
  return (
    <section aria-label={say.label} className="shrink-0 px-6 pb-3 max-md:px-4 max-md:pt-3">
      {working && (
        <div className="flex flex-wrap items-baseline gap-x-3 pb-2">
          <span className="num text-figure font-semibold tracking-[-.02em]">
            {formatCount(sessions)}
          </span>
          <h2 className="text-muted">{say.found(sessions)}</h2>
          <p className="ml-auto text-small text-muted max-lg:ml-0 max-lg:w-full">{say.readOnly}</p>
        </div>
      )}
      <ul>
        {(working ? shown : failed).map((source) => (
          <SourceLine key={`${source.format} ${source.path}`} source={source} />
        ))}
      </ul>
      {skipped.length > 0 && (
        <Skipped skipped={skipped} onDismiss={working ? undefined : () => setDismissed(true)} />
      )}
    </section>
  )
}

const LOOKS = {
  scanning: { icon: ScanSearch, tone: "tone-active", word: "font-medium tone-active" },
  importing: { icon: CircleDot, tone: "tone-active pulse", word: "font-medium tone-active" },
  watching: { icon: CircleCheck, tone: "tone-success", word: "text-muted" },
  done: { icon: CircleCheck, tone: "tone-success", word: "text-muted" },
  failed: { icon: CircleX, tone: "tone-problem", word: "font-medium tone-problem" },
} satisfies Record<ImportState, unknown>

function SourceLine({ source }: { source: ImportSource }) {
  const look = LOOKS[source.state]
  const Icon = look.icon
  const working = source.state === "importing" || source.state === "scanning"
  return (
    <li className="grid min-h-11 grid-cols-[96px_minmax(160px,1fr)_minmax(0,2fr)_112px] items-center gap-x-4 border-b border-line-soft py-1 max-md:grid-cols-[96px_minmax(0,1fr)]">
      <span className="flex items-center gap-1.5 text-small">
        <Icon className={cx("icon s", look.tone)} />
        <span className={look.word}>{say[source.state]}</span>
      </span>
      <span className="min-w-0">
        <span className="block font-medium">
          {source.name}{" "}
          <span className="num font-normal text-muted">{say.sessions(source.sessions)}</span>
        </span>
        {source.error ? (
          <span className="block text-small wrap-anywhere text-problem">{source.error}</span>
        ) : (
          <code className="block truncate text-meta text-muted" data-tip={source.path}>
            {source.path}
          </code>
        )}
      </span>
      <ProgressBar
        done={source.files_done}
        total={source.files_total}
        quiet={!working}
        label={say.progress(source.name)}
      />
      <span className="num text-right text-small max-md:hidden">
        {formatCount(source.files_done)}{" "}
        <span className="text-muted">{say.of(formatCount(source.files_total))}</span>
      </span>
    </li>
  )
}

interface SkippedProps {
  skipped: ImportSource["skipped"]
  onDismiss: (() => void) | undefined
}

function Skipped({ skipped, onDismiss }: SkippedProps) {
  const [open, setOpen] = useState(false)
  return (
    <div className="pt-2">
      <p className="flex items-center gap-2 text-small text-muted">
        <TriangleAlert className="icon s tone-attention" />
        {say.skipped(skipped.length)}
        <Button look="ghost" size="row" className="text-accent!" onClick={() => setOpen(!open)}>
          {open ? say.hide : say.show}
        </Button>
        {onDismiss && (
          <IconButton label={listWords.row.dismiss} size="row" onClick={onDismiss}>
            <X className="icon s" />
          </IconButton>
        )}
      </p>
      {open && (
        <ul className="max-h-40 overflow-y-auto pt-1 pl-5.5 text-small">
          {skipped.map(({ path, reason }) => (
            <li key={`${path} ${reason}`} className="py-0.5 wrap-anywhere">
              <code className="text-meta">{path}</code> <span className="text-muted">{reason}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
