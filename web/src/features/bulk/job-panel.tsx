import { CircleX, X } from "lucide-react"
import type { BulkFailure, BulkOperation } from "../../api/queries/bulk"
import { rowStore } from "../../api/row-store"
import { formatDuration, shortId } from "../../domain/format"
import { titleOf } from "../../domain/session"
import { bulkWords } from "../../domain/words/bulk"
import { Button, buttonClass, IconButton } from "../../ui/button"
import { CopyButton } from "../../ui/copy"
import { currentTime } from "../../ui/ticker"
import { failureList, type JobView, viewOf } from "./job"

const say = bulkWords.job

interface Props {
  job: BulkOperation
  onStop: () => void
  onRetry: () => void
  onClose: () => void
  onOpen: (id: string) => void
}

/** How far a job is and what it failed on; no scrim, work goes on. */
export function JobPanel({ job, onStop, onRetry, onClose, onOpen }: Props) {
  const view = viewOf(job, currentTime())
  const errors = job.errors ?? []
  const working = view.phase === "working"
  return (
    <section
      aria-label={say.label}
      className="floating pointer-events-auto flex max-h-[60vh] w-160 max-w-full flex-col gap-3 rounded-dialog border border-line bg-raised px-5 pt-4 pb-4 shadow-float max-md:px-4"
    >
      <div className="flex items-baseline gap-3">
        <h2 className="min-w-0 grow text-prose font-semibold">{headOf(job, view)}</h2>
        <span className="num shrink-0 text-small text-muted max-md:hidden">{hintOf(view)}</span>
        {!working && (
          <IconButton label={say.close} size="row" className="self-start" onClick={onClose}>
            <X className="icon s" />
          </IconButton>
        )}
      </div>
      <Progress job={job} view={view} />
      {view.phase === "stopped" && (
        <p className="text-small text-muted">{say.stopped(view.tried, job.total)}</p>
      )}
      {errors.length > 0 && (
        <ul className="min-h-0 overflow-y-auto border-y border-line-soft">
          {errors.map((error) => (
            <Failure key={error.session_id} error={error} onOpen={onOpen} />
          ))}
          {job.more_errors && (
            <li className="py-2 text-small text-muted">{say.more(job.failed - errors.length)}</li>
          )}
        </ul>
      )}
      <div className="flex flex-wrap items-center gap-2">
        {working && <Button onClick={onStop}>{say.stop}</Button>}
        {!working && errors.length > 0 && (
          <Button onClick={onRetry}>{say.retry(errors.length)}</Button>
        )}
        {errors.length > 0 && (
          <CopyButton
            text={() => failureList(errors, nameOf)}
            label={say.copy}
            done={say.copied}
            size="control"
            className="ml-auto"
          >
            {say.copy}
          </CopyButton>
        )}
      </div>
    </section>
  )
}

function nameOf(id: string): string {
  const row = rowStore.get(id)
  return row ? titleOf(row) : shortId(id)
}

function headOf(job: BulkOperation, view: JobView): string {
  if (view.phase === "working") return say.doing[job.action](job.total)
  return say.done[job.action](view.succeeded)
}

function hintOf(view: JobView): string | null {
  if (view.phase !== "working") return null
  return view.leftMs === null ? say.goesOn : say.left(formatDuration(view.leftMs))
}

function Progress({ job, view }: { job: BulkOperation; view: JobView }) {
  const share = (count: number) => `${(count / Math.max(1, job.total)) * 100}%`
  return (
    <div className="num flex items-center gap-3 font-medium">
      <div
        role="progressbar"
        aria-label={headOf(job, view)}
        aria-valuemin={0}
        aria-valuemax={job.total}
        aria-valuenow={view.tried}
        className="flex h-1 grow overflow-hidden rounded-full bg-line"
      >
        <span className="bg-active" style={{ width: share(view.succeeded) }} />
        <span className="bg-problem" style={{ width: share(job.failed) }} />
      </div>
      <span>{say.progress(view.tried, job.total)}</span>
      {job.failed > 0 && <span className="text-problem">{say.failed(job.failed)}</span>}
    </div>
  )
}

function Failure({ error, onOpen }: { error: BulkFailure; onOpen: (id: string) => void }) {
  return (
    <li className="flex items-center gap-2 border-b border-line-soft py-2 last:border-b-0">
      <CircleX className="icon s text-problem" />
      <span className="min-w-0 grow">
        <span className="block truncate leading-4.5 font-medium">{nameOf(error.session_id)}</span>
        <span className="block text-small text-muted wrap-anywhere first-letter:uppercase">
          {error.message}
        </span>
      </span>
      <a
        href={`/sessions/${error.session_id}`}
        className={buttonClass("plain", "row")}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return
          event.preventDefault()
          onOpen(error.session_id)
        }}
      >
        {say.open}
      </a>
    </li>
  )
}
