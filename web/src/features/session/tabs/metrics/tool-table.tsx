import type { ToolFigures } from "../../../../domain/detail"
import { formatCount, formatDuration, UNKNOWN } from "../../../../domain/format"
import { metricsWords } from "../../../../domain/words/views"
import { cx } from "../../../../ui/cx"

const say = metricsWords

interface Props {
  tools: readonly ToolFigures[]
  /** The session's own count of calls. */
  calls: number
}

/** Every tool, most called first; the last line is the sum of the lines above it. */
export function ToolTable({ tools, calls }: Props) {
  if (tools.length === 0) {
    return calls === 0 ? <p className="pt-6 text-small text-muted">{say.noTools}</p> : null
  }
  const sorted = [...tools].sort((a, b) => b.calls - a.calls || a.name.localeCompare(b.name))
  const total = tools.reduce(
    (sum, tool) => ({
      calls: sum.calls + tool.calls,
      errors: sum.errors + tool.errors,
      ms: sum.ms + tool.duration_ms,
    }),
    { calls: 0, errors: 0, ms: 0 },
  )
  return (
    <div className="overflow-x-auto pt-4">
      <table className="w-full text-small">
        <thead>
          <tr className="h-8 border-b border-line-soft text-meta text-faint *:text-right *:font-normal *:first:text-left *:nth-2:text-left">
            <th scope="col">{say.tool}</th>
            <th scope="col" className="max-md:hidden">
              {say.connector}
            </th>
            <th scope="col">{say.count}</th>
            <th scope="col">{say.errors}</th>
            <th scope="col" className="max-md:hidden">
              {say.average}
            </th>
            <th scope="col">{say.total}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((tool) => (
            <tr key={tool.name} className="num h-8 border-b border-line-soft *:text-right">
              <th
                scope="row"
                className="max-w-60 truncate pr-4 text-left! font-normal"
                data-tip={tool.name}
              >
                <code>{shortName(tool)}</code>
              </th>
              <td className="pr-4 text-left! text-muted max-md:hidden">
                {tool.connector ?? say.builtIn}
              </td>
              <td>{formatCount(tool.calls)}</td>
              <td className={tool.errors > 0 ? "text-problem" : "text-faint"}>
                {formatCount(tool.errors)}
              </td>
              <td className="max-md:hidden">{average(tool)}</td>
              <td>{timeText(tool.duration_ms)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr className="num h-8 font-semibold *:text-right">
            <th scope="row" className="text-left! font-semibold">
              {say.allTools}
            </th>
            <td className="max-md:hidden" />
            <td>{formatCount(total.calls)}</td>
            <td className={cx(total.errors === 0 && "font-normal text-faint")}>
              {formatCount(total.errors)}
            </td>
            <td className="max-md:hidden" />
            <td>{timeText(total.ms)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  )
}

/** `mcp__github__search` is `search`: its connector stands beside it. */
function shortName(tool: ToolFigures): string {
  return /^mcp__.+?__(.+)$/.exec(tool.name)?.[1] ?? tool.name
}

const timeText = (ms: number) => (ms > 0 ? formatDuration(ms) : UNKNOWN)

function average(tool: ToolFigures): string {
  return tool.calls > 0 ? timeText(tool.duration_ms / tool.calls) : UNKNOWN
}
