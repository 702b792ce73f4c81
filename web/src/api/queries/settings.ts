import { queryOptions } from "@tanstack/react-query"
import { tokenOfLink } from "../../domain/login-token"
import { ApiError, apiUrl, request } from "../client"
import { queryClient } from "../query-client"
import type { Answer, Me, Schema } from "../types"

/** What the settings read and change. */

export type Caller = Me
export type ApiKey = Schema<"Key">
export type Scope = ApiKey["scope"]

export type RuleBody = Schema<"OwnRule">
export type Rule = Schema<"Rule">
export type RedactionTest = Answer<"redact.test">
export type DatabaseReport = Answer<"db.report">

/** A line of the check, which is no JSON answer: the description does not say its lines. */
export type VerifyLine =
  | { type: "progress"; sessions: number; events: number }
  | { type: "problem"; session_id: string; problems: string[] }
  | {
      type: "verified"
      ok: boolean
      sessions: number
      events: number
      broken: number
      seconds: number
    }

const read = <T>(path: string, signal: AbortSignal) => request<T>("GET", path, { signal })
const refresh = (name: string) => queryClient.invalidateQueries({ queryKey: ["settings", name] })

export const apiKeys = queryOptions({
  queryKey: ["settings", "keys"],
  queryFn: async ({ signal }) => (await read<Answer<"key.list">>("/api_keys", signal)).data,
})

export interface NewKey {
  name: string
  scope: Scope
  expires_at: string | null
}

/** The secret is in this answer and nowhere else, so it must not be kept for a retry. */
export async function createKey(body: NewKey): Promise<{ name: string; secret: string }> {
  const made = await request<Answer<"key.create">>("POST", "/api_keys", {
    body,
    once: false,
  })
  await refresh("keys")
  return made
}

export async function revokeKey(id: string): Promise<void> {
  await request("POST", `/api_keys/${encodeURIComponent(id)}/revoke`, { body: {} })
  await refresh("keys")
}

export const rules = queryOptions({
  queryKey: ["settings", "rules"],
  queryFn: async ({ signal }) =>
    (await read<Answer<"redact.rules">>("/redaction/rules", signal)).data,
})

const ruleAt = (id: string) => `/redaction/rules/${encodeURIComponent(id)}`

export async function switchRule(id: string, enabled: boolean): Promise<void> {
  await request("POST", ruleAt(id), { body: { enabled } })
  await refresh("rules")
}

export async function saveRule(rule: RuleBody, isNew: boolean): Promise<void> {
  await request("POST", isNew ? "/redaction/rules" : ruleAt(rule.id), { body: { rule } })
  await refresh("rules")
}

export async function deleteRule(id: string): Promise<void> {
  await request("DELETE", ruleAt(id))
  await refresh("rules")
}

/** Nothing of the text is kept, so nothing of the answer may be. */
export function testText(text: string, signal: AbortSignal): Promise<RedactionTest> {
  return request<RedactionTest>("POST", "/redaction/test", { body: { text }, signal, once: false })
}

const RESCAN_MS = 2000

export const rescans = queryOptions({
  queryKey: ["settings", "rescans"],
  queryFn: async ({ signal }) =>
    (await read<Answer<"redact.rescans">>("/redaction/rescans", signal)).data,
  refetchInterval: ({ state }) =>
    state.data?.some((one) => one.finished_at === null) ? RESCAN_MS : false,
})

export interface ImportWish {
  paths: string[]
  format?: string
  watch: boolean
}

export async function startImport(body: ImportWish): Promise<void> {
  await request<Answer<"import.start">>("POST", "/imports", { body })
  await queryClient.invalidateQueries({ queryKey: ["imports"] })
}

export function databaseReport(full: boolean) {
  return queryOptions({
    queryKey: ["settings", "database", full],
    queryFn: ({ signal }) =>
      request<DatabaseReport>("GET", "/database", {
        query: full ? [["full", "true"]] : [],
        signal,
      }),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** Checks every chain, telling line by line how far it is. */
export async function verifyDatabase(
  onLine: (line: VerifyLine) => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch(apiUrl("/database/verify"), { credentials: "same-origin", signal })
  if (!response.ok || !response.body) throw new Error(response.statusText)
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ""
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split("\n")
    rest = lines.pop() ?? ""
    for (const line of lines) if (line) onLine(JSON.parse(line) as VerifyLine)
  }
}

export async function signOut(): Promise<void> {
  await request("POST", "/logout", { body: {} })
}

/**
 * A browser session for whoever holds a key: the key makes a one-time link, as the command line
 * does, and the link's token is what is spent. The server decides which key may.
 */
export async function loginTokenOf(key: string): Promise<string | null> {
  const headers = { "x-api-key": key }
  const response = await fetch(apiUrl("/login_links"), { method: "POST", headers })
  if (!response.ok) throw new ApiError(response.status, "login", response.statusText, null)
  return tokenOfLink(((await response.json()) as Answer<"login.link">).url)
}
