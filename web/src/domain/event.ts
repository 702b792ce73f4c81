import { fieldsIn, textIn } from "./reading"

/** An immutable fact of a session's log: envelope first, the type's own fields beside it. */

export interface Event {
  id: string
  type: string
  session_id: string
  seq: number
  pos?: number
  segment?: number
  turn_id?: string | null
  actor?: Actor | null
  created_at: string
  recorded_at?: string
  processed_at?: string | null
  redactions?: Redaction[]
  source?: { format?: string; record?: string; part?: number }
  raw?: string
  [field: string]: unknown
}

export interface Actor {
  type: string
  id?: string | null
  name?: string | null
}

export interface Redaction {
  path: string
  name: string
  rule?: string
  count?: number
}

/** A large value that the log keeps aside; `preview` is its beginning. */
export interface Blob {
  type: "blob"
  blob_id: string
  media_type?: string
  bytes?: number
  preview?: string
}

export interface TextBlock {
  type: "text"
  text: string | Blob
}

export type ContentBlock = TextBlock | Blob | { type: string; [field: string]: unknown }

export interface ModelUsage {
  input_tokens?: number
  output_tokens?: number
  cache_read_input_tokens?: number
  cache_creation_input_tokens?: number
}

export function isBlob(value: unknown): value is Blob {
  const { type, blob_id, media_type, bytes, preview } = fieldsIn(value)
  return (
    type === "blob" &&
    typeof blob_id === "string" &&
    (bytes === undefined || bytes === null || typeof bytes === "number") &&
    [media_type, preview].every((text) => (text ?? null) === null || typeof text === "string")
  )
}

/** The large value inside a block, whichever way it is put there. */
export function blobOf(block: ContentBlock): Blob | null {
  if (isBlob(block)) return block
  for (const field of ["text", "source", "data"] as const) {
    const value = (block as Record<string, unknown>)[field]
    if (isBlob(value)) return value
  }
  return null
}

/** The content blocks of a message or result; a bare string counts as one text block. */
export function contentOf(event: Event): ContentBlock[] {
  const { content } = event
  return (Array.isArray(content) ? content : [content]).flatMap(blockIn)
}

function blockIn(value: unknown): ContentBlock[] {
  if (typeof value === "string") return [{ type: "text", text: value }]
  return typeof fieldsIn(value).type === "string" ? [value as ContentBlock] : []
}

export interface Fault {
  /** What went wrong, in the words of whoever told; null when nobody said. */
  text: string | null
  retried: boolean
}

/** The `error` of an event. */
export function faultOf(event: Event): Fault {
  const { message, type, retry_status } = fieldsIn(event.error)
  return {
    text: textIn(message) || textIn(type) || null,
    retried: fieldsIn(retry_status).type === "retrying",
  }
}

/** Why the work stopped, by the protocol's word. */
export function stopReason(event: Event): string {
  return textIn(fieldsIn(event.stop_reason).type) ?? ""
}

/** Who sent a message, by name. */
export function senderName(event: Event): string | null {
  return textIn(fieldsIn(event.sender).name) ?? event.actor?.name ?? null
}

/** Readable text of an event's content; large parts give their preview. */
export function textOf(event: Event): string {
  return contentOf(event).map(blockText).filter(Boolean).join("\n\n")
}

const TELLING = ["question", "message", "output_summary", "name", "title", "path"]

/** What an event says in one piece: its text, else the field that reads like one. */
export function gistOf(event: Event): string {
  const text = textOf(event)
  if (text) return text
  const field = TELLING.find((name) => typeof event[name] === "string" && event[name])
  return field ? String(event[field]) : ""
}

export function blockText(block: ContentBlock): string {
  if (isBlob(block)) return isTextual(block.media_type) ? (block.preview ?? "") : ""
  const text = (block as TextBlock).text
  if (typeof text === "string") return text
  return isBlob(text) ? (text.preview ?? "") : ""
}

export function isTextual(mediaType: string | undefined): boolean {
  return !mediaType || /^(text\/|application\/(json|x-ndjson|xml))/.test(mediaType)
}

const TOOL_USE = new Set(["agent.tool_use", "agent.mcp_tool_use", "agent.custom_tool_use"])
const TOOL_RESULT = new Set([
  "agent.tool_result",
  "agent.mcp_tool_result",
  "user.tool_result",
  "user.custom_tool_result",
])

export function isToolUse(event: Event): boolean {
  return TOOL_USE.has(event.type)
}

export function isToolResult(event: Event): boolean {
  return TOOL_RESULT.has(event.type)
}

/** The event id of the call that a result, or a file edit, belongs to. */
export function callIdOf(event: Event): string | null {
  const id = event.tool_use_id ?? event.mcp_tool_use_id ?? event.custom_tool_use_id
  return typeof id === "string" ? id : null
}

/** `mcp__github__search` is the tool `search` of `github`; other names stay. */
export function toolName(event: Event): string {
  const name = typeof event.name === "string" ? event.name : "tool"
  const parts = /^mcp__(.+?)__(.+)$/.exec(name)
  return parts?.[2] ?? name
}

/** What a call went through: an MCP server or connection, else null for a built-in tool. */
export function connectorOf(event: Event): string | null {
  for (const value of [event.connector, event.mcp_server_name]) {
    if (typeof value === "string" && value) return value
  }
  const name = typeof event.name === "string" ? event.name : ""
  return /^mcp__(.+?)__/.exec(name)?.[1] ?? null
}

export function millisBetween(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from))
}
