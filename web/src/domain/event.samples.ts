import type { Event } from "./event"

/** Small logs for tests: events are numbered and timed in the order they are written. */
export function createLog(turn = "turn_1") {
  const events: Event[] = []
  let turnId: string | null = turn
  const add = (type: string, fields: Record<string, unknown> = {}, seconds = 1): Event => {
    const seq = events.length + 1
    const before = events.at(-1)
    const at = before ? Date.parse(before.created_at) + seconds * 1000 : Date.UTC(2026, 10, 20, 14)
    const event: Event = {
      id: `sevt_${seq}`,
      type,
      session_id: "sesn_1",
      seq,
      turn_id: turnId,
      created_at: new Date(at).toISOString(),
      ...fields,
    }
    events.push(event)
    return event
  }
  const text = (words: string) => ({ content: [{ type: "text", text: words }] })
  return {
    events,
    add,
    inTurn: (id: string | null) => {
      turnId = id
    },
    says: (words: string) => add("user.message", text(words)),
    answers: (words: string) => add("agent.message", text(words)),
    thinks: (words: string, seconds = 1) => add("agent.thinking", text(words), seconds),
    calls: (name: string, input: Record<string, unknown> = {}) =>
      add("agent.tool_use", { name, input }),
    returns: (call: Event, words: string, fields: Record<string, unknown> = {}) =>
      add("agent.tool_result", {
        tool_use_id: call.id,
        is_error: false,
        ...text(words),
        ...fields,
      }),
  }
}
