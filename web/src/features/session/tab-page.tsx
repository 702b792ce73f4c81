import type { UseQueryResult } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { detailWords } from "../../domain/words/detail"
import { Delayed } from "../../ui/delayed"
import { SkeletonBar } from "../../ui/small"
import { FailurePanel } from "../shell"

interface Props<T> {
  query: UseQueryResult<T>
  /** What could not be loaded, as a sentence. */
  failed: string
  children: (data: T) => ReactNode
}

/** A tab that scrolls as one page: its data, a skeleton, or why there is none. */
export function TabPage<T>({ query, failed, children }: Props<T>) {
  const { data, error } = query
  return (
    <div
      tabIndex={0}
      className="min-h-0 grow overflow-y-auto px-6 pt-5 pb-10 outline-offset-[-2px] max-md:px-4"
    >
      {error && (
        <div className="pb-4">
          <FailurePanel title={failed} error={error} onRetry={() => void query.refetch()} />
        </div>
      )}
      {data === undefined && !error && (
        <Delayed>
          <div role="status" className="flex flex-col gap-4">
            <span className="sr-only">{detailWords.detail.loading}</span>
            <SkeletonBar width={180} className="h-6!" />
            <SkeletonBar width="100%" className="h-7!" />
            <SkeletonBar width="100%" className="h-14! rounded-card!" />
            <SkeletonBar width={420} className="max-w-full" />
            <SkeletonBar width={360} className="max-w-full" />
          </div>
        </Delayed>
      )}
      {data !== undefined && children(data)}
    </div>
  )
}
