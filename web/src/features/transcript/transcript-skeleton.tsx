import { shellWords } from "../../domain/words/shell"
import { Delayed } from "../../ui/delayed"
import { SkeletonBar } from "../../ui/small"

export function TranscriptSkeleton() {
  return (
    <Delayed>
      <div role="status" className="flex max-w-217 flex-col gap-4 px-6 pt-6 max-md:px-4">
        <span className="sr-only">{shellWords.loading.page}</span>
        <SkeletonBar width={180} />
        <SkeletonBar width="100%" className="h-10! rounded-card!" />
        <SkeletonBar width="100%" className="h-8! rounded-card!" />
        <SkeletonBar width="72%" />
        <SkeletonBar width="64%" />
        <SkeletonBar width="38%" />
        <SkeletonBar width="100%" className="h-8! rounded-card!" />
      </div>
    </Delayed>
  )
}
