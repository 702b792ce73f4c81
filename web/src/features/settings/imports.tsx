import { FolderPlus, RefreshCw } from "lucide-react"
import { useState } from "react"
import { startImport } from "../../api/queries/settings"
import { imports } from "../../api/queries/workspace"
import { settingsWords } from "../../domain/words/settings"
import { Button } from "../../ui/button"
import { Refused } from "../../ui/refused"
import { useAct } from "../session-actions"
import { AddFolderDialog } from "./add-folder-dialog"
import { type Column, DataTable } from "./data-table"
import { PageHead } from "./page-head"
import { Reading } from "./reading"
import { SourceRow } from "./source-row"

const words = settingsWords.imports
const { columns } = words
const COLUMNS: Column[] = [
  { label: columns.found },
  { label: columns.state },
  { label: columns.sessions, end: true },
  { label: columns.events, end: true },
  { label: columns.acts, quiet: true },
]

/** Where other agents leave their sessions, and how far each of those places is read. */
export function Imports() {
  const [adding, setAdding] = useState(false)
  const { busy, error, run } = useAct()
  const again = () => run(() => startImport({ paths: [], watch: true }))
  return (
    <>
      <PageHead title={settingsWords.pages.imports} hint={words.hint}>
        <Button disabled={busy} onClick={() => void again()}>
          <RefreshCw className="icon s" />
          {words.again}
        </Button>
        <Button onClick={() => setAdding(true)}>
          <FolderPlus className="icon s" />
          {words.add}
        </Button>
      </PageHead>
      <Refused what={words.notStarted} why={error} />
      <Reading query={imports} name={settingsWords.pages.imports} failed={words.failed}>
        {(sources) =>
          sources.length === 0 ? (
            <div className="pt-1">
              <p className="font-medium">{words.empty}</p>
              <p className="prose-wrap text-muted">{words.emptyHint}</p>
            </div>
          ) : (
            <>
              <DataTable label={settingsWords.pages.imports} columns={COLUMNS}>
                {sources.map((source) => (
                  <SourceRow key={source.path} source={source} />
                ))}
              </DataTable>
              <p className="pt-3 text-small text-muted">{words.since}</p>
            </>
          )
        }
      </Reading>
      {adding && <AddFolderDialog onClose={() => setAdding(false)} />}
    </>
  )
}
