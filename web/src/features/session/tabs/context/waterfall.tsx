import { gridLines, roundTop } from "../../../../domain/chart-scale"
import { isSlow, type Layer, type Pipeline } from "../../../../domain/context-budget"
import { formatDuration, UNKNOWN } from "../../../../domain/format"
import { contextWords } from "../../../../domain/words/views"
import { cx } from "../../../../ui/cx"

const say = contextWords

/** Each layer of a pipeline where it began, as long as it took. */
export function Waterfall({ pipeline, label }: { pipeline: Pipeline; label: string }) {
  const top = roundTop(pipeline.total)
  const lines = gridLines(top).reverse()
  return (
    <table aria-label={label} className="w-full table-fixed text-small">
      <colgroup>
        <col className="w-44 max-md:w-28" />
        <col className="w-28 max-md:w-0" />
        <col />
        <col className="w-18" />
      </colgroup>
      <thead className="sr-only">
        <tr>
          <th scope="col">{say.layer}</th>
          <th scope="col">{say.messages}</th>
          <th scope="col" />
          <th scope="col">{say.took}</th>
        </tr>
      </thead>
      <tbody>
        {pipeline.layers.map((layer, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a pipeline may run a layer twice
          <tr key={index} className="h-7 border-b border-line-soft">
            <td
              className={cx("w-44 truncate pr-3 max-md:w-28", layer.skipped && "text-faint")}
              data-tip={layer.name}
            >
              {layer.name}
            </td>
            <td className="num w-28 text-muted max-md:hidden">{throughput(layer)}</td>
            <td className="relative bg-[repeating-linear-gradient(90deg,var(--line-soft)_0_1px,transparent_1px_33.333%)]">
              {!layer.skipped && (
                <i
                  className={cx(
                    "absolute top-2 h-2.5 min-w-0.5 rounded-[2px]",
                    isSlow(layer, pipeline.total) ? "bg-(--c1)" : "bg-(--c6)",
                  )}
                  style={{
                    left: `${(layer.start / top) * 100}%`,
                    width: `${(layer.ms / top) * 100}%`,
                  }}
                />
              )}
            </td>
            <td className="num w-18 text-right">
              {layer.skipped ? (
                <span className="text-faint">{UNKNOWN}</span>
              ) : (
                formatDuration(layer.ms)
              )}
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot aria-hidden="true">
        <tr className="h-7 text-meta text-faint">
          <td />
          <td className="max-md:hidden" />
          <td className="relative">
            {lines.slice(0, -1).map((line) => (
              <span
                key={line}
                className="num absolute top-1.5"
                style={{ left: `${(line / top) * 100}%` }}
              >
                {line === 0 ? "0" : formatDuration(Math.round(line * 10) / 10)}
              </span>
            ))}
          </td>
          <td />
        </tr>
      </tfoot>
    </table>
  )
}

function throughput(layer: Layer): string {
  if (layer.skipped) return say.skipped
  const count = (value: number | null) => (value === null ? UNKNOWN : String(value))
  return layer.messagesIn === null && layer.messagesOut === null
    ? ""
    : `${count(layer.messagesIn)} → ${count(layer.messagesOut)}`
}
