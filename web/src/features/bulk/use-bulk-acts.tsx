import { Download } from "lucide-react"
import { useState } from "react"
import { type BulkAction, startBulk } from "../../api/queries/bulk"
import { exportSessions } from "../../api/queries/export"
import { bulkWords } from "../../domain/words/bulk"
import { saveFile } from "../../ui/save-file"
import { sayDone, sayFailed } from "../session-actions"
import type { Chosen } from "./target"
import { watchJob } from "./use-job"

const say = bulkWords

export type Asked = "reset" | "compact" | "tag" | "delete"

export interface BulkActs {
  /** The act that waits for a word of the person. */
  asked: { act: Asked; chosen: Chosen } | null
  ask: (act: Asked, chosen: Chosen) => void
  close: () => void
  /** Hands the job to the server and watches it; throws what the server refused. */
  begin: (action: BulkAction, chosen: Chosen, args?: Record<string, unknown>) => Promise<void>
  /** The same where no dialog could show the refusal. */
  beginNow: (action: BulkAction, chosen: Chosen, args?: Record<string, unknown>) => void
  exporting: boolean
  exportAll: (chosen: Chosen) => Promise<void>
}

export function useBulkActs(): BulkActs {
  const [asked, setAsked] = useState<BulkActs["asked"]>(null)
  const [exporting, setExporting] = useState(false)
  const begin: BulkActs["begin"] = async (action, chosen, args) => {
    const job = await startBulk(action, chosen.target, args)
    watchJob(job.id)
    setAsked(null)
  }
  return {
    asked,
    ask: (act, chosen) => setAsked({ act, chosen }),
    close: () => setAsked(null),
    begin,
    beginNow: (action, chosen, args) => {
      begin(action, chosen, args).catch((error: unknown) => sayFailed(say.notStarted, error))
    },
    exporting,
    exportAll: async (chosen) => {
      setExporting(true)
      sayDone(say.exporting(chosen.count), Download)
      try {
        const { blob, name } = await exportSessions(chosen.target)
        const file = name ?? "sessions.jsonl"
        saveFile(blob, file)
        sayDone(say.exported(file), Download)
      } catch (error) {
        sayFailed(say.exportFailed, error)
      }
      setExporting(false)
    },
  }
}
