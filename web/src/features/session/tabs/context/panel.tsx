import "../patterns.css"
import { useMemo, useState } from "react"
import { contextState, timelineOf } from "../../../../api/queries/detail"
import { budgetFigures, type PartFigure } from "../../../../domain/context-budget"
import type { ContextState } from "../../../../domain/detail"
import { formatPercent, formatTokens } from "../../../../domain/format"
import { turnNumbers } from "../../../../domain/timeline-rows"
import { contextWords } from "../../../../domain/words/views"
import { Clock } from "../../../session-facts"
import { TabPage } from "../../tab-page"
import type { TabProps } from "../../tabs"
import { useView } from "../../use-view"
import { BudgetBar, BudgetLegend } from "./budget-bar"
import { ExecutionPanel } from "./execution-panel"
import { ItemTable } from "./item-table"

const say = contextWords

/** What the model sees next, how full it is, and how it was put together. */
export default function ContextPanel({ session, at }: TabProps) {
  const query = useView(contextState(session.id, at), session.seq, at)
  const timeline = useView(timelineOf(session.id, at), session.seq, at)
  const numbers = useMemo(() => turnNumbers(timeline.data?.data ?? []), [timeline.data])
  return (
    <TabPage query={query} failed={say.failed}>
      {(context) => <Context context={context} sessionId={session.id} numbers={numbers} />}
    </TabPage>
  )
}

interface ContextProps {
  context: ContextState
  sessionId: string
  /** Number of each turn, by its id. */
  numbers: ReadonlyMap<string, number>
}

function Context({ context, sessionId, numbers }: ContextProps) {
  const figures = budgetFigures(context)
  const [chosen, setChosen] = useState<PartFigure["part"]>("messages")
  const last = context.executions.at(-1)
  const { estimated, trimmed_tokens: trimmed } = context
  const { counted } = figures
  return (
    <>
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h2 className="num text-figure font-semibold tracking-[-.02em]">
          {estimated && !counted && figures.used > 0 && "≈"}
          {formatTokens(figures.used)}
        </h2>
        <p className="num text-muted">
          {figures.window !== null
            ? say.ofWindow(formatTokens(figures.window))
            : counted
              ? say.measured
              : say.estimated}
          {figures.filled !== null && `, ${say.filled(formatPercent(figures.filled))}`}
        </p>
        {last && !estimated && <Clock at={last.at} className="num ml-auto text-small text-muted" />}
      </div>
      <BudgetBar figures={figures} />
      <BudgetLegend figures={figures} estimated={estimated} chosen={chosen} onChoose={setChosen} />
      {estimated && (
        <p className="prose-wrap max-w-[90ch] pt-2 text-small text-muted">
          {say.noWindow} {trimmed > 0 && say.trimmed(formatTokens(trimmed))}
        </p>
      )}
      <ItemTable part={chosen} context={context} sessionId={sessionId} />
      <ExecutionPanel context={context} numbers={numbers} />
    </>
  )
}
