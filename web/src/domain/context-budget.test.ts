import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { budgetFigures, entriesOf, isSlow, pipelineOf } from "./context-budget"
import type { ContextState } from "./detail"

const golden = (story: string) =>
  JSON.parse(
    readFileSync(new URL(`../../../tests/golden/${story}.context.json`, import.meta.url), "utf8"),
  ) as ContextState

describe("the token budget", () => {
  test("of a runtime that told it: every part, and how full the window is with the reserve", () => {
    const context = golden("compaction-and-reset")
    const told = { ...context, estimated: false, measured_tokens: null }
    const budget = context.executions[0]?.budget as ContextState["budget"]
    const figures = budgetFigures({ ...told, budget })
    expect(figures.used).toBe(3100 + 5200 + 900)
    expect(figures.window).toBe(200_000)
    expect(figures.filled).toBeCloseTo((9200 + 8192) / 200_000)
    expect(figures.parts.map((part) => part.part)).not.toContain("rest")
    const shares = figures.parts.reduce((sum, part) => sum + (part.share ?? 0), 0)
    expect(shares).toBeCloseTo(1)
  })

  test("of an import: what the provider counted beyond the messages is a part of its own", () => {
    const figures = budgetFigures(golden("coding-chat"))
    const rest = figures.parts.find((part) => part.part === "rest")
    expect(figures).toMatchObject({ used: 15_052, window: null, filled: null, counted: true })
    expect(rest?.tokens).toBe(15_052 - 204)
    expect(figures.parts.find((part) => part.part === "system")?.tokens).toBeNull()
  })

  test("of nothing is nothing: no part is guessed", () => {
    const none = { ...golden("coding-chat"), measured_tokens: null, entries: [] }
    const figures = budgetFigures({ ...none, budget: { ...none.budget, messages: 0 } })
    expect(figures.used).toBe(0)
    expect(figures.parts.every((part) => part.share === null)).toBe(true)
  })

  test("entries stand largest first, summaries in their own part", () => {
    const context = golden("coding-chat")
    const tokens = entriesOf("messages", context).map((entry) => entry.tokens)
    expect(tokens).toEqual([...tokens].sort((a, b) => b - a))
    expect(tokens).toHaveLength(context.entries.length)
    expect(entriesOf("context", context)).toEqual([])
    expect(entriesOf("system", context)).toEqual([])
  })
})

test("a pipeline has each layer where it began; odd ones are left out, untimed ones are skipped", () => {
  const [execution] = golden("compaction-and-reset").executions
  if (!execution) throw new Error("the story has an execution")
  expect(pipelineOf(execution)).toMatchObject({ total: 4, messagesIn: 1, messagesOut: 1 })
  const odd = { ...execution, layers: [null, 5, { name: 3 }, { name: "evict-dead_content" }] }
  expect(pipelineOf(odd).layers).toEqual([
    {
      name: "Evict dead content",
      start: 0,
      ms: 0,
      messagesIn: null,
      messagesOut: null,
      skipped: true,
    },
  ])
  const [window] = pipelineOf(execution).layers
  expect(window && isSlow(window, 4)).toBe(true)
})
