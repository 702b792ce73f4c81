import { isToolResult } from "./event"
import type { Entry } from "./fold-transcript"
import { hasFailed } from "./tool-call"

/** What of a conversation is shown. */
export const FILTERS = [
  "all",
  "messages",
  "tools",
  "errors",
  "approvals",
  "edits",
  "thinking",
] as const

export type Filter = (typeof FILTERS)[number]

export function filterOf(text: string | null | undefined): Filter {
  return FILTERS.find((filter) => filter === text) ?? "all"
}

const MESSAGE = /^(user\.message|agent\.message|system\.message|agent\.thread_message_.*)$/
const TOLD_ERROR = /^(session\.error|workflow_run\.error|session\.status_idle)$/
const APPROVAL = /^(approval\.|user\.tool_confirmation|flow\.checkpoint_)/

/** Whether an entry is shown; a turn's line is, as long as something stands below it. */
export function isShown(entry: Entry, filter: Filter): boolean {
  if (filter === "all" || entry.shape === "turn") return true
  if (entry.shape === "run") return entry.items.some((item) => isShown(item, filter))
  if (entry.shape === "call") {
    const { call } = entry
    if (filter === "tools") return true
    if (filter === "errors") return hasFailed(call) || call.status === "unknown"
    if (filter === "approvals") return call.status === "waiting" || call.status === "rejected"
    return filter === "edits" && call.edits.length > 0
  }
  const { type } = entry.event
  if (filter === "messages") return MESSAGE.test(type)
  if (filter === "tools") return isToolResult(entry.event)
  if (filter === "errors") return TOLD_ERROR.test(type) || entry.event.is_error === true
  if (filter === "approvals") return APPROVAL.test(type)
  if (filter === "edits") return type === "file.edited" || type === "artifact.created"
  return type === "agent.thinking"
}

/** What went wrong: a call that failed, or an error that the session itself tells. */
export function isFailure(entry: Entry): boolean {
  if (entry.shape === "call") return hasFailed(entry.call)
  return entry.shape === "event" && /^(session|workflow_run)\.error$/.test(entry.event.type)
}
