import type { Session } from "../domain/session"
import { request } from "./client"
import { rowStore } from "./row-store"
import type { Answer } from "./types"

/** What a person may do to a session. Each answer is a fresh row, shown at once. */

const pathOf = (id: string) => `/sessions/${encodeURIComponent(id)}`

async function act<T extends Session>(id: string, suffix: string, body: unknown = {}): Promise<T> {
  const row = await request<T>("POST", `${pathOf(id)}${suffix}`, { body })
  rowStore.own({ op: "upsert", pos: row.pos, row })
  return row
}

export function renameSession(id: string, title: string): Promise<Answer<"session.update">> {
  return act(id, "", { title })
}

export function archiveSession(id: string): Promise<Answer<"session.archive">> {
  return act(id, "/archive")
}

export function unarchiveSession(id: string): Promise<Answer<"session.unarchive">> {
  return act(id, "/unarchive")
}

/** What a person writes on a session by hand. */
export interface Labels {
  tags: string[]
  initiative_id: string | null
  plan_id: string | null
}

export function labelSession(id: string, labels: Labels): Promise<Answer<"session.update">> {
  return act(id, "", labels)
}

export function resetSession(id: string): Promise<Answer<"session.reset">> {
  return act(id, "/reset")
}

/** The row after it; `compaction` is null where nothing was old enough to be summarised. */
export function compactSession(
  id: string,
  instructions: string,
): Promise<Answer<"session.compact">> {
  return act(id, "/compact", instructions ? { instructions } : {})
}

export async function deleteSession(id: string): Promise<void> {
  await request("DELETE", pathOf(id))
  const pos = rowStore.get(id)?.pos ?? 0
  rowStore.own({ op: "remove", pos: pos + 1, id })
}

/** Trades the one-time token of the printed link for the session cookie. */
export async function login(token: string): Promise<void> {
  await request("POST", "/login", { body: { token }, once: false })
}
