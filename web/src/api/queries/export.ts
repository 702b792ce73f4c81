import type { Query } from "../../domain/list-filter"
import { requestFile } from "../client"
import type { Target } from "./bulk"

export type ExportFormat = "jsonl" | "markdown" | "html"

export function exportSession(
  id: string,
  format: ExportFormat,
): Promise<{ blob: Blob; name: string | null }> {
  const query: Query = format === "jsonl" ? [] : [["format", format]]
  return requestFile("GET", `/sessions/${encodeURIComponent(id)}/export`, { query })
}

export function exportSessions(target: Target): Promise<{ blob: Blob; name: string | null }> {
  const { expected_total: _, ...body } = target
  return requestFile("POST", "/sessions/export", { body, once: false })
}
