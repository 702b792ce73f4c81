import { Download } from "lucide-react"
import { type ExportFormat, exportSession } from "../../api/queries/export"
import { type Session, titleOf } from "../../domain/session"
import { actWords } from "../../domain/words/acts"
import { saveFile } from "../../ui/save-file"
import { sayDone, sayFailed } from "./said"

const say = actWords.acts
const SUFFIX: Record<ExportFormat, string> = { jsonl: "jsonl", markdown: "md", html: "html" }

/** Downloads one session; true when the file was handed over. */
export async function exportToFile(session: Session, format: ExportFormat): Promise<boolean> {
  sayDone(say.exporting(titleOf(session)), Download)
  try {
    const { blob, name } = await exportSession(session.id, format)
    const file = name ?? `${session.id}.${SUFFIX[format]}`
    saveFile(blob, file)
    sayDone(say.exported(file), Download)
    return true
  } catch (error) {
    sayFailed(say.exportFailed, error)
    return false
  }
}
