import { useInfiniteQuery } from "@tanstack/react-query"
import { auditPages } from "../../../../api/queries/detail"
import { auditWords } from "../../../../domain/words/views"
import { Button } from "../../../../ui/button"
import { FailurePanel } from "../../../shell"
import type { TabProps } from "../../tabs"
import { AuditTable } from "./audit-table"
import { ChainState } from "./chain-state"

const say = auditWords

/** Whether the record is whole, and what was done to it. */
export default function AuditPanel({ session }: TabProps) {
  const pages = useInfiniteQuery(auditPages(session.id))
  const entries = pages.data?.pages.flatMap((page) => page.data) ?? []
  return (
    <div
      tabIndex={0}
      className="min-h-0 grow overflow-y-auto px-6 pt-4 pb-10 outline-offset-[-2px] max-md:px-4"
    >
      <ChainState sessionId={session.id} />
      <h2 className="pt-5 font-semibold">{say.entries}</h2>
      <p className="pb-1 text-small text-muted">{say.entriesHint}</p>
      {pages.error && (
        <FailurePanel title={say.failed} error={pages.error} onRetry={() => void pages.refetch()} />
      )}
      {pages.data && entries.length === 0 && (
        <p className="border-t border-line-soft py-3 text-small text-muted">{say.none}</p>
      )}
      {entries.length > 0 && <AuditTable entries={entries} />}
      {pages.hasNextPage && (
        <Button
          look="ghost"
          size="row"
          className="mt-2 -ml-2 text-accent!"
          disabled={pages.isFetchingNextPage}
          onClick={() => void pages.fetchNextPage()}
        >
          {say.more}
        </Button>
      )}
    </div>
  )
}
