import type { BudgetFigures, PartFigure } from "../../../../domain/context-budget"
import { formatPercent, formatTokens, UNKNOWN } from "../../../../domain/format"
import { contextWords } from "../../../../domain/words/views"
import { cx } from "../../../../ui/cx"

const say = contextWords

const LOOK: Record<PartFigure["part"], string> = {
  system: "part-1",
  tools: "part-2",
  context: "part-3",
  messages: "part-4",
  reserve: "part-5",
  free: "part-6",
  rest: "part-7",
}

/** Every part as wide as its share; a drawing of the figures below it. */
export function BudgetBar({ figures }: { figures: BudgetFigures }) {
  const shown = figures.parts.filter((part) => (part.share ?? 0) > 0)
  const text = figures.parts.map((part) => `${say.part[part.part]} ${tokensText(part, false)}`)
  return (
    <div
      role="img"
      aria-label={`${say.bar}: ${text.join(", ")}`}
      className="mt-3 mb-3 flex h-7 gap-px overflow-hidden rounded-control bg-bg"
    >
      {shown.length === 0 && <i className="part-6 h-full w-full rounded-control" />}
      {shown.map((part) => (
        <i
          key={part.part}
          className={cx(
            "h-full min-w-0.5",
            LOOK[part.part],
            part.part === "free" && "rounded-r-control",
          )}
          style={{ width: `${(part.share ?? 0) * 100}%` }}
        />
      ))}
    </div>
  )
}

function tokensText(part: PartFigure, estimated: boolean): string {
  if (part.tokens === null) return UNKNOWN
  const guess = estimated && part.tokens > 0 ? "≈" : ""
  return `${guess}${formatTokens(part.tokens)}`
}

interface LegendProps {
  figures: BudgetFigures
  estimated: boolean
  chosen: PartFigure["part"]
  onChoose: (part: PartFigure["part"]) => void
}

/** The parts as figures; one of them is open below. */
export function BudgetLegend({ figures, estimated, chosen, onChoose }: LegendProps) {
  return (
    <div className="grid auto-cols-fr grid-flow-col overflow-hidden rounded-card border border-line max-lg:grid-flow-row max-lg:grid-cols-3 max-md:grid-cols-2">
      {figures.parts.map((part) => (
        <button
          key={part.part}
          type="button"
          aria-pressed={chosen === part.part}
          onClick={() => onChoose(part.part)}
          data-tip={hintOf(part)}
          className={cx(
            "border-line-soft px-4 py-2.5 text-left outline-offset-[-2px] not-first:border-l max-lg:border-t max-md:px-3",
            chosen === part.part ? "bg-selected" : "hover:bg-hover",
          )}
        >
          <span className="flex items-center gap-2 text-small text-muted">
            <i className={cx("size-2.5 shrink-0 rounded-[3px]", LOOK[part.part])} />
            <span className="truncate">{say.part[part.part]}</span>
          </span>
          <span className="num flex items-baseline justify-between gap-2">
            <b className={cx("text-page font-medium", part.tokens === null && "text-faint")}>
              {tokensText(part, estimated && part.part !== "rest")}
            </b>
            <small className="text-small text-faint">
              {part.share === null ? "" : formatPercent(part.share)}
            </small>
          </span>
        </button>
      ))}
    </div>
  )
}

function hintOf(part: PartFigure): string | undefined {
  if (part.part === "rest") return say.restHint
  return part.tokens === null ? say.notTold : undefined
}
