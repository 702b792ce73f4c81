import { callIdOf, type Event, isToolResult, isToolUse } from "./event"
import { fieldsIn } from "./reading"

/** What a call without result is doing, while its session is not at rest. */
export type OpenCall = "running" | "waiting"

const OVER = /^(session\.(ended|reset|status_terminated)|user\.interrupt)$/

/**
 * The calls that may still get a result: those of the turn in flight, or of a session without
 * turns, that nothing has ended. A call that a person is asked about waits.
 */
export function openCalls(events: readonly Event[]): Map<string, OpenCall> {
  const open = new Map<string, OpenCall>()
  const asked = new Map<string, string>()
  const turns = new Set<string>()
  let running: string | null = null
  const set = (id: string | null | undefined, to: OpenCall) => {
    if (id && open.has(id)) open.set(id, to)
  }
  for (const event of events) {
    running = turnInFlight(event, running)
    if (event.turn_id && !turns.has(event.turn_id) && !isSaidAhead(event, running)) {
      turns.add(event.turn_id)
      open.clear()
    }
    if (isToolUse(event)) open.set(event.id, "running")
    else if (isToolResult(event)) open.delete(callIdOf(event) ?? "")
    else if (event.type === "user.tool_confirmation") set(callIdOf(event), "running")
    else if (event.type === "approval.requested") {
      const call = callIdOf(event) ?? lastOpen(event, open)
      if (call) asked.set(String(event.approval_id), call)
      set(call, "waiting")
    } else if (event.type === "approval.decided") {
      set(asked.get(String(event.approval_id)), "running")
    } else if (event.type === "session.status_idle") {
      const waiting = requiredActions(event)
      if (waiting) for (const id of waiting) set(id, "waiting")
      else open.clear()
    } else if (OVER.test(event.type)) open.clear()
  }
  return open
}

/** The turn that status events say is in flight. */
export function turnInFlight(event: Event, running: string | null): string | null {
  if (event.type === "session.status_running") return event.turn_id ?? null
  return event.type === "session.status_idle" ? null : running
}

/** Said to a later turn while one is in flight. */
export function isSaidAhead(event: Event, running: string | null): boolean {
  return event.type === "user.message" && running !== null && running !== event.turn_id
}

/** Who asks about a tool without saying which call, asks about the last one. */
function lastOpen(event: Event, open: Map<string, OpenCall>): string | undefined {
  return event.approval_type === "tool" ? [...open.keys()].at(-1) : undefined
}

/** The events that the protocol's `requires_action` is about; null for any other stop. */
function requiredActions(event: Event): string[] | null {
  const { type, event_ids } = fieldsIn(event.stop_reason)
  if (type !== "requires_action") return null
  return Array.isArray(event_ids) ? event_ids.map(String) : []
}
