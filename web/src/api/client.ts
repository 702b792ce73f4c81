import { shellWords } from "../domain/words/shell"
import type { ErrorEnvelope } from "./types"

/** What an error panel shows: a sentence, a kind, the request to ask about. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly kind: string,
    message: string,
    readonly requestId: string | null,
  ) {
    super(message)
    this.name = "ApiError"
  }
}

type Query = readonly (readonly [string, string])[]

interface Options {
  query?: Query
  body?: unknown
  signal?: AbortSignal | undefined
  /** A retry must not act twice; off where the answer is a secret, which the server never keeps. */
  once?: boolean
}

let onUnauthorized: () => void = () => {}

/** Called when the server no longer knows who is asking. */
export function whenUnauthorized(listener: () => void): void {
  onUnauthorized = listener
}

export function unauthorized(): void {
  onUnauthorized()
}

export function apiUrl(path: string, query: Query = []): string {
  const search = query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")
  return `/v1${path}${search ? `?${search}` : ""}`
}

async function send(method: string, path: string, options: Options): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json" }
  if (options.body !== undefined) headers["content-type"] = "application/json"
  if (method === "POST" && options.once !== false) headers["idempotency-key"] = crypto.randomUUID()
  try {
    return await fetch(apiUrl(path, options.query), {
      method,
      headers,
      credentials: "same-origin",
      ...(options.signal ? { signal: options.signal } : {}),
      ...(options.body !== undefined ? { body: JSON.stringify(options.body) } : {}),
    })
  } catch (cause) {
    if (options.signal?.aborted) throw cause
    throw new ApiError(0, "unreachable", shellWords.error.unreachable, null)
  }
}

/** One request; the answer's body, or an ApiError with the server's own words. */
export async function request<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const response = await send(method, path, options)
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T
  if (response.status === 401 && path !== "/login") unauthorized()
  throw await errorOf(response)
}

async function errorOf(response: Response): Promise<ApiError> {
  const header = response.headers.get("request-id")
  try {
    const envelope = (await response.json()) as ErrorEnvelope
    const { type, message } = envelope.error
    return new ApiError(response.status, type, message, envelope.request_id ?? header)
  } catch {
    const text = response.statusText || shellWords.error.unknown
    return new ApiError(response.status, `http_${response.status}`, text, header)
  }
}

/** An answer that is a file, and the name the server gives it. */
export async function requestFile(
  method: string,
  path: string,
  options: Options = {},
): Promise<{ blob: Blob; name: string | null }> {
  const response = await send(method, path, options)
  if (!response.ok) throw await errorOf(response)
  const told = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")
  return { blob: await response.blob(), name: told?.[1] ?? null }
}

/** A stored large value as text. */
export async function fetchText(path: string): Promise<string> {
  const response = await send("GET", path, {})
  if (!response.ok) throw await errorOf(response)
  return response.text()
}
