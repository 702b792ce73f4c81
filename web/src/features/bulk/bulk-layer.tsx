import { useNavigate } from "@tanstack/react-router"
import { lazy, Suspense } from "react"
import { cancelBulk, isUnderWay } from "../../api/queries/bulk"
import { bulkWords } from "../../domain/words/bulk"
import { Button } from "../../ui/button"
import { reasonOf, sayFailed } from "../session-actions"
import { BulkBar } from "./bulk-bar"
import { JobPanel } from "./job-panel"
import { chosenOf, ofIds } from "./target"
import { useBulkActs } from "./use-bulk-acts"
import { useBulkKeys } from "./use-bulk-keys"
import { useJob, watchJob } from "./use-job"
import { useJobEnd } from "./use-job-end"
import { useLongPress } from "./use-long-press"
import { useListScope, useSelection } from "./use-selection"

const AskDialog = lazy(() => import("./ask-dialog"))
const say = bulkWords

/** Over the list: what is chosen, the job at work, the question before an act. */
export default function BulkLayer() {
  const selected = useSelection()
  const scope = useListScope()
  const navigate = useNavigate()
  const { id, job, error } = useJob()
  const acts = useBulkActs()
  useLongPress()
  useJobEnd(job, acts)

  const chosen = chosenOf(selected, scope)
  const working = job !== null && isUnderWay(job)
  useBulkKeys({ chosen, acts, busy: working })
  const stop = () => {
    if (job) cancelBulk(job.id).catch((cause: unknown) => sayFailed(say.job.stop, cause))
  }
  const retry = () => {
    const ids = job?.errors?.map((failure) => failure.session_id) ?? []
    if (job && ids.length > 0) acts.beginNow(job.action, ofIds(ids), job.arguments)
  }
  return (
    <>
      <div className="@container pointer-events-none absolute right-(--aside) bottom-5 left-0 z-(--z-float) px-4 max-md:bottom-2 max-md:px-2">
        <div className="flex flex-col items-center gap-2.5">
          {job && (working || job.failed > 0 || job.state === "cancelled") && (
            <JobPanel
              job={job}
              onStop={stop}
              onRetry={retry}
              onClose={() => watchJob(null)}
              onOpen={(key) => void navigate({ to: "/sessions/$key", params: { key } })}
            />
          )}
          {id !== null && error && (
            <p
              role="alert"
              className="floating pointer-events-auto flex items-center gap-2 rounded-dialog border border-line bg-raised py-1 pr-2 pl-4 text-small shadow-float"
            >
              {say.job.lost}: {reasonOf(error)}
              <Button look="ghost" onClick={() => watchJob(null)}>
                {say.job.close}
              </Button>
            </p>
          )}
          {chosen && <BulkBar chosen={chosen} acts={acts} busy={working} />}
        </div>
      </div>
      {acts.asked && (
        <Suspense>
          <AskDialog acts={acts} asked={acts.asked} />
        </Suspense>
      )}
    </>
  )
}
