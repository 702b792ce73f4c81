import { known } from "./reading"
import type { DisplayStatus, Tone } from "./session"
import { sessionWords } from "./words/session"

/** Name of the icon that carries a status beside its word; `ui` maps it to a drawing. */
export type StatusIconName =
  | "clock"
  | "loader"
  | "circle-dot"
  | "hand"
  | "question"
  | "pause"
  | "octagon"
  | "unplug"
  | "moon"
  | "check"
  | "cross"
  | "ban"
  | "square"
  | "archive"
  | "help"

export interface StatusLook {
  label: string
  tone: Tone
  icon: StatusIconName
  /** Work that goes on: its icon pulses while the connection is live. */
  pulse?: boolean
  /** Finished work recedes: coloured icon, grey word. */
  quiet?: boolean
}

const label = sessionWords.status

const LOOKS: Record<DisplayStatus, StatusLook> = {
  queued: { label: label.queued, tone: "active", icon: "clock", quiet: true },
  provisioning: { label: label.provisioning, tone: "active", icon: "loader" },
  running: { label: label.running, tone: "active", icon: "circle-dot", pulse: true },
  waiting_approval: { label: label.waiting_approval, tone: "attention", icon: "hand" },
  waiting_input: { label: label.waiting_input, tone: "attention", icon: "question" },
  paused: { label: label.paused, tone: "attention", icon: "pause" },
  blocked: { label: label.blocked, tone: "attention", icon: "octagon" },
  stalled: { label: label.stalled, tone: "attention", icon: "unplug" },
  idle: { label: label.idle, tone: "neutral", icon: "moon" },
  succeeded: { label: label.succeeded, tone: "success", icon: "check", quiet: true },
  failed: { label: label.failed, tone: "problem", icon: "cross" },
  timed_out: { label: label.timed_out, tone: "problem", icon: "cross" },
  rejected: { label: label.rejected, tone: "problem", icon: "ban" },
  cancelled: { label: label.cancelled, tone: "neutral", icon: "square" },
  archived: { label: label.archived, tone: "neutral", icon: "archive" },
}

/** How a status looks. A status of a newer server keeps its own word and the row's tone. */
export function statusLook(status: string, tone: Tone = "neutral"): StatusLook {
  const look = known<StatusLook>(LOOKS, status)
  if (look) return look
  const readable = status.replaceAll("_", " ")
  return { label: readable.charAt(0).toUpperCase() + readable.slice(1), tone, icon: "help" }
}

export function kindLabel(kind: string): string {
  return known<string>(sessionWords.kind, kind) ?? kind
}
