import { request } from "./client"
import { rowStore } from "./row-store"
import type { Session } from "./types"

/** What a person may do to a session. Each answer is a fresh row, shown at once. */

const pathOf = (id: string) => `/sessions/${encodeURIComponent(id)}`

async function act(id: string, suffix: string, body: unknown = {}): Promise<Session> {
  const row = await request<Session>("POST", `${pathOf(id)}${suffix}`, { body })
  rowStore.own({ type: "session.row", op: "upsert", pos: row.pos, row })
  return row
}

export function renameSession(id: string, title: string): Promise<Session> {
  return act(id, "", { title })
}

export function archiveSession(id: string): Promise<Session> {
  return act(id, "/archive")
}

export function unarchiveSession(id: string): Promise<Session> {
  return act(id, "/unarchive")
}

export async function deleteSession(id: string): Promise<void> {
  await request("DELETE", pathOf(id))
  const pos = rowStore.get(id)?.pos ?? 0
  rowStore.own({ type: "session.row", op: "remove", pos: pos + 1, id })
}

/** Trades the one-time token of the printed link for the session cookie. */
export async function login(token: string): Promise<void> {
  await request("POST", "/login", { body: { token }, once: false })
}
