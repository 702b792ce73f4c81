/** Shapes of the public API. Written by hand until they are generated from the OpenAPI document. */
import type { Session } from "../domain/session"

export type { Event } from "../domain/event"
export type { AgentRef, Session } from "../domain/session"

export interface Page<T> {
  data: T[]
  next_page: string | null
  /** Position in the workspace stream that this answer stands for; lists only. */
  cursor?: number | null
}

export interface ErrorEnvelope {
  type: "error"
  error: { type: string; message: string }
  request_id?: string
}

export interface Me {
  /** Null when a key is calling, not a person. */
  user: { id: string; name: string } | null
  workspace: { id: string; name: string | null }
  version: string
}

export interface Agent {
  id: string
  name: string
  version?: number | null
}

export type ImportState = "scanning" | "importing" | "watching" | "done" | "failed"

/** One place where an agent leaves its sessions, and how far its import is. */
export interface ImportSource {
  format: string
  name: string
  path: string
  state: ImportState
  files_total: number
  files_done: number
  sessions: number
  events: number
  bytes_total?: number
  bytes_done?: number
  skipped: { path: string; reason: string }[]
  error: string | null
}

export interface RowUpsert {
  type: "session.row"
  op: "upsert"
  pos: number
  row: Session
}

export interface RowRemove {
  type: "session.row"
  op: "remove"
  pos: number
  id: string
}

export type RowPatch = RowUpsert | RowRemove

export interface Resync {
  type: "resync"
  reason: string
  cursor?: number | null
}
