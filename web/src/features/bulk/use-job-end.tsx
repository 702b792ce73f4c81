import { useQueryClient } from "@tanstack/react-query"
import { Archive, Check } from "lucide-react"
import { useEffect } from "react"
import { type BulkOperation, isUnderWay } from "../../api/queries/bulk"
import { rowStore } from "../../api/row-store"
import { bulkWords } from "../../domain/words/bulk"
import { listWords } from "../../domain/words/list"
import { showToast } from "../../ui/toast"
import { ofIds } from "./target"
import type { BulkActs } from "./use-bulk-acts"
import { watchJob } from "./use-job"
import { selection } from "./use-selection"

const say = bulkWords
/** What the stream still brings of the job's last sessions. */
const SETTLE_MS = 400

/** What follows when a job ended: the list shows it, a word is said, failures stay on screen. */
export function useJobEnd(job: BulkOperation | null, acts: BulkActs): void {
  const queries = useQueryClient()
  const ended = job !== null && !isUnderWay(job) ? job.id : null
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for a job, when it ended
  useEffect(() => {
    if (!job || ended === null) return
    // Not cleared: the job is let go below, and the list has to give way all the same.
    setTimeout(() => {
      void queries.invalidateQueries({ queryKey: ["sessions"] })
      rowStore.giveWay()
    }, SETTLE_MS)
    if (job.failed === 0 && job.state === "completed") {
      const ids = [...selection.state().ids]
      const undoable = job.action === "archive" && ids.length === job.total
      selection.clear()
      watchJob(null)
      const Icon = job.action === "archive" ? Archive : Check
      showToast({
        icon: <Icon className="icon s text-muted" />,
        text: say.job.done[job.action](job.done),
        dismiss: listWords.row.dismiss,
        ...(undoable
          ? { action: { label: say.undo, onAct: () => acts.beginNow("unarchive", ofIds(ids)) } }
          : {}),
      })
    } else {
      // What is left to decide about is what failed.
      selection.clear()
    }
  }, [ended])
}
