import { useQuery } from "@tanstack/react-query"
import { LoaderCircle, ShieldAlert, ShieldCheck } from "lucide-react"
import { verification } from "../../../../api/queries/detail"
import { formatCount, formatTime } from "../../../../domain/format"
import { shellWords } from "../../../../domain/words/shell"
import { auditWords } from "../../../../domain/words/views"
import { Button } from "../../../../ui/button"
import { CopyButton } from "../../../../ui/copy"
import { cx } from "../../../../ui/cx"
import { FailurePanel } from "../../../shell"

const say = auditWords

/** The hash chain of the log, checked by the server: whole, or where it is not. */
export function ChainState({ sessionId }: { sessionId: string }) {
  const { data, error, isFetching, refetch } = useQuery(verification(sessionId))
  if (error && !data) {
    return <FailurePanel title={say.verifyFailed} error={error} onRetry={() => void refetch()} />
  }
  if (!data) {
    return (
      <p
        role="status"
        className="flex h-12 items-center gap-3 rounded-card border border-line px-4 text-muted"
      >
        <LoaderCircle className="icon" />
        {say.verifying}
      </p>
    )
  }
  const Icon = data.ok ? ShieldCheck : ShieldAlert
  const receipt = () => JSON.stringify(data, null, 2)
  return (
    <section
      role="status"
      className={cx(
        "rounded-card border",
        data.ok ? "border-line" : "border-[color-mix(in_oklab,var(--problem)_40%,var(--line))]",
      )}
    >
      <div className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
        <Icon className={cx("icon", data.ok ? "tone-success" : "tone-problem")} />
        <b className="num font-semibold">
          {data.ok ? say.verified(formatCount(data.events)) : say.broken(data.problems.length)}
        </b>
        <span className="num text-small text-muted">
          {data.ok && `${say.noGap}, `}
          {say.checked(formatTime(data.checkedAt))}
        </span>
        <span className="grow" />
        {data.head && <Hash label={say.head} value={data.head.hash} />}
        {data.head && <Hash label={say.key} value={data.public_key} />}
        {data.head && (
          <CopyButton text={receipt} label={say.receipt} done={shellWords.copy.done} size="control">
            {say.receipt}
          </CopyButton>
        )}
        <Button disabled={isFetching} onClick={() => void refetch()}>
          {say.again}
        </Button>
      </div>
      {!data.ok && (
        <div className="border-t border-line-soft px-4 py-2 text-small">
          <p className="text-muted">{say.brokenHint}</p>
          <ul className="pt-1">
            {data.problems.map((problem) => (
              <li key={problem} className="wrap-anywhere text-problem">
                {problem}
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  )
}

function Hash({ label, value }: { label: string; value: string }) {
  const short = value.length > 14 ? `${value.slice(0, 6)}…${value.slice(-4)}` : value
  return (
    <span className="flex items-center gap-2 text-small text-faint max-lg:hidden">
      {label}
      <code className="text-muted" data-tip={value}>
        {short}
      </code>
    </span>
  )
}
