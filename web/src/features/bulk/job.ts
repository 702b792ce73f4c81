import type { BulkFailure, BulkOperation } from "../../api/queries/bulk"

/** What a job looks like to a person: pure, from the server's answer and the clock. */
export interface JobView {
  /** Sessions that were tried, failed ones included. */
  tried: number
  succeeded: number
  phase: "working" | "done" | "stopped"
  /** Milliseconds left, about; null while nothing can be said. */
  leftMs: number | null
}

const LEAST_TRIED = 5

export function viewOf(job: BulkOperation, now: number): JobView {
  const tried = job.done + job.failed
  const working = job.state === "queued" || job.state === "running"
  return {
    tried,
    succeeded: job.done,
    phase: working ? "working" : job.state === "cancelled" ? "stopped" : "done",
    leftMs: working ? leftOf(job, tried, now) : null,
  }
}

function leftOf(job: BulkOperation, tried: number, now: number): number | null {
  if (!job.started_at || tried < LEAST_TRIED) return null
  const spent = now - Date.parse(job.started_at)
  if (spent <= 0) return null
  return Math.ceil(((spent / tried) * (job.total - tried)) / 1000) * 1000
}

/** The failures as lines to paste elsewhere. */
export function failureList(
  errors: readonly BulkFailure[],
  titleOf: (id: string) => string,
): string {
  return errors
    .map((error) => `${error.session_id}\t${titleOf(error.session_id)}\t${error.message}`)
    .join("\n")
}
