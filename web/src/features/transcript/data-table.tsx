import type { Table } from "../../domain/content-kind"
import { detailWords } from "../../domain/words/detail"
import { Pieces } from "../session-facts"

const NUMBER = /^-?\d[\d,.]*%?$/
const LONGEST = 500

/** Rows and columns; numbers stand under each other. */
export function DataTable({ table }: { table: Table }) {
  const { columns, rows, total } = table
  const right = columns.map((_, at) => rows.every((row) => !row[at] || NUMBER.test(row[at])))
  return (
    <div tabIndex={0} className="max-h-120 overflow-auto outline-offset-[-2px]">
      <table className="num min-w-full text-small">
        <thead>
          <tr>
            {columns.map((name, at) => (
              <th
                key={name}
                scope="col"
                className={`sticky top-0 bg-surface px-3 py-1.5 text-meta font-normal whitespace-nowrap text-faint ${right[at] ? "text-right" : "text-left"}`}
              >
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, line) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of one output never move
            <tr key={line} className="border-t border-line-soft">
              {row.map((cell, at) => (
                <td
                  // biome-ignore lint/suspicious/noArrayIndexKey: cells of one row never move
                  key={at}
                  className={`max-w-100 truncate px-3 py-1 ${right[at] ? "text-right" : ""}`}
                  data-tip={cell.length > 40 ? cell.slice(0, LONGEST) : undefined}
                >
                  <Pieces text={cell.slice(0, LONGEST)} code="none" />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {total > rows.length && (
        <p className="border-t border-line-soft px-3 py-1.5 text-small text-muted">
          {detailWords.content.firstRows(rows.length, total)}
        </p>
      )}
    </div>
  )
}
