import { type DiffRow, fileDiff } from "./diff-rows"
import { type Event, millisBetween, textOf, toolName } from "./event"
import type { OpenCall } from "./open-calls"
import { argumentLine, toolKind } from "./tool-kind"

/** A call and everything that came of it. */

export type CallStatus = "ok" | "failed" | "rejected" | "unknown" | OpenCall | "none"

export interface Call {
  use: Event
  result: Event | null
  edits: Event[]
  /** The sub-agent session that this call started. */
  childId: string | null
  status: CallStatus
  ms: number | null
  /** Exit code of a command, when the result names one other than 0. */
  exit: string | null
}

export interface CallParts {
  result: Event | null
  edits: Event[]
  childId: string | null
}

/** `unanswered` is what the call is doing when it has no result. */
export function callOf(use: Event, parts: CallParts, unanswered: OpenCall | "none"): Call {
  const { result } = parts
  return {
    use,
    ...parts,
    status: result ? statusOf(result) : unanswered,
    ms: result ? durationOf(use, result) : null,
    exit: result ? exitCode(result) : null,
  }
}

function statusOf(result: Event): CallStatus {
  if (result.outcome_unknown === true) return "unknown"
  if (result.is_error !== true) return "ok"
  return result.rejected === true ? "rejected" : "failed"
}

function durationOf(use: Event, result: Event): number | null {
  if (typeof result.duration_ms === "number") return result.duration_ms || null
  const ms = millisBetween(use.created_at, result.created_at)
  return ms > 0 ? ms : null
}

function exitCode(result: Event): string | null {
  const given = result.exit_code
  if (typeof given === "number") return given === 0 ? null : String(given)
  const text = textOf(result).slice(0, 4000)
  const found = /(?:exited with|exit) code:?\s*(-?\d+)/i.exec(text)?.[1]
  return found && found !== "0" ? found : null
}

/** Some shells are given a script, whose first word names nothing. */
const SCRIPT = /^(const|let|var|await|import|for|if|while|set|\(|\{|#)/

/** A shell call is known by its program: `kubectl get`, not `bash`. */
export function callName(call: Call): string {
  const name = toolName(call.use)
  if (toolKind(name) !== "terminal") return name.toLowerCase()
  const command = argumentLine(call.use.input).replace(/^(cd \S+ ?(&&|;) ?)/, "")
  const [program, verb] = command.split(/\s+/)
  if (!program || SCRIPT.test(program)) return name.toLowerCase()
  return verb && /^[a-z][a-z-]+$/.test(verb) ? `${program} ${verb}` : program
}

export const SHORT_DIFF_ROWS = 24

/** Rows of the call's first edit when it is short enough to stand open by itself. */
export function shortDiff(call: Call): DiffRow[] | null {
  if (call.edits.length !== 1) return null
  const diff = fileDiff(call.edits[0] as Event)
  return diff && diff.rows.length <= SHORT_DIFF_ROWS ? diff.rows : null
}

export function hasFailed(call: Call): boolean {
  return call.status === "failed" || call.status === "rejected"
}

/** What has to be seen is not folded away: failures, edits, sub-agents, questions, open calls. */
export function standsAlone(call: Call): boolean {
  if (call.status !== "ok" || call.edits.length > 0 || call.childId) return true
  const name = toolName(call.use)
  const kind = toolKind(name)
  return kind === "question" || /^(task|agent|spawn_agent|exitplanmode)$/i.test(name)
}

/** Failed calls and short edits are open by themselves. */
export function opensItself(call: Call): boolean {
  return hasFailed(call) || (call.edits.length > 0 && shortDiff(call) !== null)
}
