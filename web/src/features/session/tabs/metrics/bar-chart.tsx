import { Link } from "@tanstack/react-router"
import { gridLines, labelledEvery, roundTop } from "../../../../domain/chart-scale"
import { metricsWords } from "../../../../domain/words/views"
import { cx } from "../../../../ui/cx"

export interface Bar {
  label: number
  seq: number
  parts: { value: number; look: PartLook }[]
  text: string
}

export type PartLook = "c1" | "c4" | "c2" | "c3" | "c6"

const LOOK: Record<PartLook, string> = {
  c1: "part-1",
  c2: "part-2",
  c3: "part-3",
  c4: "part-4",
  c6: "bg-(--c6)",
}

interface Props {
  title: string
  note: string | null
  bars: readonly Bar[]
  axis: (value: number) => string
  top?: (highest: number) => number
  sessionId: string
}

const HEIGHT = 136

/** Bars over turns. The drawing is links with the figures as their names; nothing is hover only. */
export function BarChart({ title, note, bars, axis, top: topOf = roundTop, sessionId }: Props) {
  const totals = bars.map((bar) => bar.parts.reduce((sum, part) => sum + part.value, 0))
  const top = topOf(Math.max(0, ...totals))
  const labelled = labelledEvery(bars.length, 12)
  return (
    <section className="min-w-0">
      <h3 className="flex items-baseline gap-2.5 font-semibold">
        {title}
        {note && <span className="truncate text-small font-normal text-muted">{note}</span>}
      </h3>
      <div className="relative mt-3 mb-5 ml-12" style={{ height: HEIGHT }}>
        {gridLines(top).map((line) => (
          <span
            key={line}
            className="absolute inset-x-0 border-t border-line-soft"
            style={{ bottom: `${(line / top) * 100}%` }}
          >
            <span className="num absolute -top-2 right-full pr-2 text-meta whitespace-nowrap text-faint">
              {axis(line)}
            </span>
          </span>
        ))}
        <ol className="absolute inset-0 flex items-end">
          {bars.map((bar, index) => (
            <li
              key={bar.seq}
              className="relative flex h-full min-w-0 flex-1 items-end justify-center"
            >
              <Link
                to="/sessions/$key"
                params={{ key: sessionId }}
                search={{ seq: String(bar.seq) }}
                aria-label={metricsWords.chartLine(bar.label, bar.text)}
                data-tip={metricsWords.chartLine(bar.label, bar.text)}
                className="group flex h-full w-full flex-col-reverse items-center gap-px outline-offset-[-2px]"
              >
                {bar.parts.map(
                  (part) =>
                    part.value > 0 && (
                      <i
                        key={part.look}
                        className={cx(
                          "w-[min(24px,70%)] min-w-px last:rounded-t-[2px] group-hover:opacity-80",
                          LOOK[part.look],
                        )}
                        style={{ height: `max(1px, ${(part.value / top) * 100}%)` }}
                      />
                    ),
                )}
              </Link>
              {labelled(index) && (
                <span
                  aria-hidden="true"
                  className="num absolute top-full pt-1 text-meta text-faint"
                >
                  {bar.label}
                </span>
              )}
            </li>
          ))}
        </ol>
      </div>
    </section>
  )
}
