import { CircleCheck, CircleX } from "lucide-react"
import { useState } from "react"
import { type DatabaseReport, databaseReport } from "../../api/queries/settings"
import { formatBytes, formatCount } from "../../domain/format"
import { settingsWords } from "../../domain/words/settings"
import { Button } from "../../ui/button"
import { Moment } from "../session-facts"
import { type Fact, Facts } from "./facts"
import { PartHead } from "./page-head"
import { Reading } from "./reading"
import { Verify } from "./verify"

const words = settingsWords.diagnostics

/** Chains, rows against their logs, sizes, the last backup; a sample first, all on request. */
export function DatabaseHealth() {
  const [full, setFull] = useState(false)
  return (
    <>
      <PartHead title={words.database} />
      <Reading query={databaseReport(full)} name={words.database} failed={words.failed}>
        {(report) => (
          <>
            <Report report={report} />
            <div className="flex flex-wrap items-start gap-2 pt-4">
              {!report.full && <Button onClick={() => setFull(true)}>{words.full}</Button>}
              <Verify />
            </div>
          </>
        )}
      </Reading>
    </>
  )
}

function Report({ report }: { report: DatabaseReport }) {
  const differing = report.rows_that_differ.length + report.ledgers_that_differ.length
  const sizes = Object.entries(report.bytes).map(
    ([name, bytes]): Fact => [
      words.sizes[name as keyof typeof words.sizes] ?? name,
      formatBytes(bytes),
    ],
  )
  const backup = report.last_backup
  const facts: Fact[] = [
    [words.schema, words.schemaOf(report.schema, report.newest_schema)],
    [
      words.sessions,
      `${formatCount(report.sessions_checked)}, ${report.full ? words.all : words.sample}`,
    ],
    [words.events, formatCount(report.events_checked)],
    [words.chains, formatCount(report.chains_broken)],
    [words.rows, formatCount(differing)],
    [words.stray, formatCount(report.stray_contents)],
    ...sizes,
    [words.backup, backup ? <LastBackup key="backup" {...backup} /> : words.noBackup],
  ]
  const Icon = report.ok ? CircleCheck : CircleX
  return (
    <>
      <p className="flex items-center gap-2 pb-2 font-medium">
        <Icon
          aria-hidden="true"
          className={`icon ${report.ok ? "tone-success" : "tone-problem"}`}
        />
        {report.ok ? words.ok : words.broken}
      </p>
      <Facts facts={facts} />
    </>
  )
}

function LastBackup({ at, path }: { at: string; path: string }) {
  return (
    <>
      <Moment at={at} />, <code>{path}</code>
    </>
  )
}
