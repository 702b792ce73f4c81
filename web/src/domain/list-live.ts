import type { Session } from "./session"

/**
 * Where the chat that a row belongs to goes on (S0-18): the session itself, when it is a chat that
 * is held here and not put away. A recorded one goes on in the tool it came from, which has no
 * address; automations get theirs with their own page.
 */
export function liveTarget(session: Session): string | null {
  const held = session.kind === "chat" && session.recorded === false
  return held && session.archived_at === null && !session.ended_at ? session.id : null
}
