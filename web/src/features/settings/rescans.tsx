import { rescans } from "../../api/queries/settings"
import { formatCount } from "../../domain/format"
import { settingsWords } from "../../domain/words/settings"
import { Moment } from "../session-facts"
import { Cell, type Column, DataTable, Row } from "./data-table"
import { PartHead } from "./page-head"
import { Reading } from "./reading"

const words = settingsWords.rescans
const { columns } = words
const COLUMNS: Column[] = [
  { label: columns.name },
  { label: columns.state },
  { label: columns.sessions, end: true },
  { label: columns.events, end: true },
  { label: columns.started },
]

/** Searches of what was written before a secret was known. */
export function Rescans() {
  return (
    <>
      <PartHead title={words.title} hint={words.hint} />
      <Reading query={rescans} name={words.title} failed={words.failed}>
        {(found) =>
          found.length === 0 ? (
            <p className="text-muted">{words.empty}</p>
          ) : (
            <DataTable label={words.title} columns={COLUMNS}>
              {found.map((one) => (
                <Row key={`${one.name}${one.started_at}`}>
                  <Cell whole>
                    <code>{one.name}</code>
                  </Cell>
                  <Cell>{one.state}</Cell>
                  <Cell end label={columns.sessions}>
                    {words.of(one.sessions_done, one.sessions_total)}
                  </Cell>
                  <Cell end label={columns.events}>
                    {formatCount(one.events)}
                  </Cell>
                  <Cell className="whitespace-nowrap text-muted">
                    <Moment at={one.started_at} />
                  </Cell>
                </Row>
              ))}
            </DataTable>
          )
        }
      </Reading>
    </>
  )
}
