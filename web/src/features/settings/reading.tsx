import { type UseQueryOptions, useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { Lock } from "lucide-react"
import type { ReactNode } from "react"
import { ApiError } from "../../api/client"
import type { Caller } from "../../api/queries/settings"
import { me } from "../../api/queries/workspace"
import { shortId } from "../../domain/format"
import { settingsWords as words } from "../../domain/words/settings"
import { shellWords } from "../../domain/words/shell"
import { buttonClass } from "../../ui/button"
import { Delayed, useElapsed } from "../../ui/delayed"
import { SkeletonBar } from "../../ui/small"
import { FailurePanel } from "../shell"

interface Props<T, K extends readonly unknown[]> {
  // biome-ignore lint/suspicious/noExplicitAny: what the cache holds is no business of this panel
  query: UseQueryOptions<T, Error, any, K>
  /** What is read, for the sentence of a refusal. */
  name: string
  failed: string
  children: (data: T) => ReactNode
}

/** What the server says, or why it does not: loading, failed, not allowed. Old data stays. */
export function Reading<T, K extends readonly unknown[]>({
  query,
  name,
  failed,
  children,
}: Props<T, K>) {
  const { data, error, refetch } = useQuery(query)
  if (error instanceof ApiError && error.status === 403) {
    return <NotAllowed name={name} error={error} />
  }
  return (
    <>
      {error && (
        <div className="pb-3">
          <FailurePanel title={failed} error={error} onRetry={() => void refetch()} />
        </div>
      )}
      {data === undefined ? !error && <Loading /> : children(data as T)}
    </>
  )
}

const SLOW_MS = 2000

function Loading() {
  const slow = useElapsed(SLOW_MS)
  return (
    <Delayed>
      <div role="status" aria-label={words.loading} className="grid gap-5 py-3">
        {["62%", "48%", "55%", "40%"].map((width) => (
          <SkeletonBar key={width} width={width} />
        ))}
        {slow && <p className="text-small text-muted">{words.stillLoading}</p>}
      </div>
    </Delayed>
  )
}

/** Which scope is needed, which one is there, and a way on. */
export function NotAllowed({ name, error }: { name: string; error: ApiError }) {
  const { data } = useQuery(me)
  const mine = (data as Caller | undefined)?.scope
  const needed = /scope (\w+)/.exec(error.message)?.[1] ?? "admin"
  return (
    <div className="mx-auto flex max-w-120 flex-col items-center gap-2 pt-[12vh] text-center">
      <Lock aria-hidden="true" className="icon size-6! text-faint" />
      <h2 className="text-page font-semibold">{words.locked.title(name, needed)}</h2>
      <p className="prose-wrap text-muted">
        {mine ? words.locked.mine(mine) : words.locked.unknown}
      </p>
      <Link to="/login" className={buttonClass()}>
        {words.locked.signIn}
      </Link>
      <p className="pt-3 text-small text-muted">
        {error.kind}
        {error.requestId && (
          <>
            ,{" "}
            <code data-tip={error.requestId}>
              {shellWords.error.request(shortId(error.requestId))}
            </code>
          </>
        )}
      </p>
    </div>
  )
}
