import { useState } from "react"
import { pipelineOf } from "../../../../domain/context-budget"
import type { ContextState, Execution } from "../../../../domain/detail"
import { formatCount, formatDuration, formatTokens, UNKNOWN } from "../../../../domain/format"
import { contextWords } from "../../../../domain/words/views"
import { cx } from "../../../../ui/cx"
import { Tag } from "../../../../ui/small"
import { Clock } from "../../../session-facts"
import { Waterfall } from "./waterfall"

const say = contextWords

interface Props {
  context: ContextState
  numbers: ReadonlyMap<string, number>
}

/** Every recorded assembly of the context, and the pipeline of the chosen one. */
export function ExecutionPanel({ context, numbers }: Props) {
  const newest = [...context.executions].reverse()
  const [chosen, setChosen] = useState<number | null>(null)
  const open = newest.find((one) => one.seq === chosen) ?? newest[0]
  if (!open) {
    return (
      <section className="pt-6">
        <h3 className="font-semibold">{say.executions}</h3>
        <p className="prose-wrap max-w-[90ch] pt-1 text-small text-muted">{say.noExecutions}</p>
      </section>
    )
  }
  return (
    <div className="grid grid-cols-[280px_minmax(0,1fr)] gap-x-7 pt-5 max-lg:grid-cols-1">
      <section>
        <h3 className="pb-2 font-semibold">{say.executions}</h3>
        <ul className="-mx-3 max-h-90 overflow-y-auto max-lg:max-h-50">
          {newest.map((one) => (
            <li key={one.seq}>
              <button
                type="button"
                aria-pressed={one === open}
                onClick={() => setChosen(one.seq)}
                className={cx(
                  "num flex h-9 w-full items-center gap-3 rounded-control px-3 text-left text-small outline-offset-[-2px]",
                  one === open ? "bg-selected font-medium" : "hover:bg-hover",
                )}
              >
                <span className="min-w-0 grow truncate">{nameOf(one, numbers)}</span>
                <Clock at={one.at} className="font-normal text-muted" />
                <CacheTag execution={one} />
              </button>
            </li>
          ))}
        </ul>
      </section>
      <PipelineOf execution={open} name={nameOf(open, numbers)} />
    </div>
  )
}

function CacheTag({ execution }: { execution: Execution }) {
  if (execution.cache_read === null) return null
  const hit = execution.cache_read > 0
  return <Tag tip={hit ? say.hitHint : say.missHint}>{hit ? say.hit : say.miss}</Tag>
}

function nameOf(execution: Execution, numbers: ReadonlyMap<string, number>): string {
  return say.turn(numbers.get(execution.turn_id ?? "") ?? null)
}

function PipelineOf({ execution, name }: { execution: Execution; name: string }) {
  const pipeline = pipelineOf(execution)
  const hit = execution.cache_read ? formatTokens(execution.cache_read) : null
  const count = (value: number | null) => (value === null ? UNKNOWN : formatCount(value))
  return (
    <section className="min-w-0 max-lg:pt-4">
      <h3 className="flex flex-wrap items-baseline gap-x-2.5 pb-2 font-semibold">
        {say.pipeline(name)}
        {pipeline.layers.length > 0 && (
          <span className="num text-small font-normal text-muted">
            {say.pipelineFacts(
              formatDuration(pipeline.total),
              count(pipeline.messagesIn),
              count(pipeline.messagesOut),
              hit,
            )}
          </span>
        )}
      </h3>
      {pipeline.layers.length === 0 ? (
        <p className="text-small text-muted">{say.noLayers}</p>
      ) : (
        <Waterfall pipeline={pipeline} label={say.pipeline(name)} />
      )}
    </section>
  )
}
