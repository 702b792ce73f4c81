import { CircleX } from "lucide-react"
import type { ReactNode } from "react"
import { ApiError } from "../../api/client"
import { shortId } from "../../domain/format"
import { shellWords } from "../../domain/words/shell"
import { Button } from "../../ui/button"
import { CopyButton } from "../../ui/copy"

const say = shellWords.error

interface Props {
  title: string
  error: unknown
  /** What of the old data stays, and from when it is. */
  hint?: ReactNode
  onRetry?: () => void
}

/** What went wrong, which request it was, and a way on. */
export function FailurePanel({ title, error, hint, onRetry }: Props) {
  const message = error instanceof Error ? error.message : say.unknown
  const request = error instanceof ApiError ? error.requestId : null
  // Without an answer there is no kind of it: the message says all.
  const kind = error instanceof ApiError && error.status > 0 ? error.kind : null
  const details = () => [title, message, kind, request].filter(Boolean).join("\n")
  return (
    <div
      role="alert"
      className="flex items-start gap-3 rounded-card border border-[color-mix(in_oklab,var(--problem)_40%,var(--line))] bg-bg py-3 pr-3 pl-4 max-md:flex-wrap"
    >
      <CircleX className="icon s mt-0.5 tone-problem" />
      <div className="min-w-0 grow">
        <h2 className="font-semibold">{title}</h2>
        <p className="pt-0.5 text-small wrap-anywhere text-muted">
          {message} {hint}
        </p>
        {kind && (
          <p className="text-small text-muted">
            {kind}
            {request && (
              <>
                , <code data-tip={request}>{say.request(shortId(request))}</code>
              </>
            )}
          </p>
        )}
      </div>
      <div className="flex shrink-0 gap-2">
        <CopyButton text={details} label={say.copy} done={shellWords.copy.done} size="control">
          {say.copy}
        </CopyButton>
        {onRetry && <Button onClick={onRetry}>{say.retry}</Button>}
      </div>
    </div>
  )
}
