import type { Attempt, Span } from "./detail"

/** Spans as rows of lanes: steps of a flow or turns, sub-agents below the row they belong to. */

export interface Bar {
  from: number
  to: number
  look: "done" | "failed" | "repaired" | "running" | "waiting" | "cancelled"
  open: boolean
}

export interface Row {
  key: string
  kind: "turn" | "step" | "agent"
  /** Number of the turn or step, from 1; null for an agent. */
  number: number | null
  name: string | null
  state: string
  bars: Bar[]
  /** Where a person had to decide. */
  diamonds: { at: number; open: boolean; decision: string | null; name: string | null }[]
  attempts: number
  seq: number | null
  from: number | null
  to: number | null
}

/** Number of each turn that work was done in, from 1. */
export function turnNumbers(spans: readonly Span[]): Map<string, number> {
  const turns = spans.filter((span) => span.span === "turn" && span.state !== "pending")
  return new Map(turns.map((span, index) => [span.id ?? "", index + 1]))
}

const time = (iso: string | null | undefined) => (iso ? Date.parse(iso) : null)

export function timelineRows(spans: readonly Span[], now: number): Row[] {
  const steps = spans.filter((span) => span.span === "step")
  const turns = spans.filter((span) => span.span === "turn")
  const main = steps.length > 0 ? [...steps].sort(byIndex) : turns
  const rows = main.map((span, index) => rowOf(span, now, index + 1))
  for (const span of spans) {
    if (span.span === "wait") addWait(rows, span, now)
    else if (span.span === "checkpoint") addDiamond(rows, span)
  }
  const agents = spans.filter((span) => span.span === "agent")
  return withAgents(rows, agents, now)
}

const byIndex = (a: Span, b: Span) => (a.index ?? 0) - (b.index ?? 0)

function rowOf(span: Span, now: number, number: number | null): Row {
  const attempts: Attempt[] = span.attempts ?? []
  const parts: Attempt[] =
    attempts.length > 0
      ? attempts
      : span.started_at
        ? [{ started_at: span.started_at, ended_at: span.ended_at, state: span.state }]
        : []
  const repaired = span.state === "done"
  const bars = parts.map((part, index) =>
    barOf(part, span, now, repaired && index < parts.length - 1),
  )
  return {
    key: `${span.span}:${span.id}`,
    kind: span.span === "turn" ? "turn" : span.span === "step" ? "step" : "agent",
    number,
    name: span.name,
    state: span.state,
    bars,
    diamonds: [],
    attempts: attempts.length,
    seq: span.first_seq,
    from: bars[0]?.from ?? null,
    to: bars.at(-1)?.to ?? null,
  }
}

const LOOKS: Record<string, Bar["look"]> = {
  running: "running",
  failed: "failed",
  rejected: "failed",
  waiting: "done",
  cancelled: "cancelled",
  interrupted: "cancelled",
}

function barOf(part: Attempt, span: Span, now: number, repaired: boolean): Bar {
  const from = time(part.started_at) ?? 0
  const last = time(span.last_at) ?? now
  const waits = part.state === "waiting" || part.state === "pending"
  const to = time(part.ended_at) ?? (waits ? Math.max(from, last) : now)
  const look = repaired && part.state === "failed" ? "repaired" : (LOOKS[part.state] ?? "done")
  return { from, to, look, open: part.ended_at === null && !waits }
}

/** The row that was at work at an instant: the last one that had begun. */
function rowAt(rows: Row[], at: number): Row | undefined {
  return rows.findLast((row) => row.from !== null && row.from <= at)
}

function addWait(rows: Row[], span: Span, now: number): void {
  const from = time(span.started_at)
  if (from === null) return
  const row = rowAt(rows, from)
  if (!row) return
  const to = time(span.ended_at) ?? now
  for (const bar of row.bars) if (bar.from <= from && bar.to > from && !span.ended_at) bar.to = from
  row.bars.push({ from, to, look: "waiting", open: span.ended_at === null })
  row.bars.sort((a, b) => a.from - b.from)
  row.to = Math.max(row.to ?? to, to)
  const told = row.diamonds.some((diamond) => Math.abs(diamond.at - from) < 1000)
  if (!told) {
    row.diamonds.push({
      at: from,
      open: span.ended_at === null,
      decision: span.decision ?? null,
      name: span.name,
    })
  }
}

function addDiamond(rows: Row[], span: Span): void {
  const at = time(span.started_at)
  const row = at === null ? undefined : rowAt(rows, at)
  if (!row || at === null) return
  const near = row.diamonds.find((diamond) => Math.abs(diamond.at - at) < 1000)
  if (near) near.name = span.name
  else
    row.diamonds.push({
      at,
      open: span.ended_at === null,
      decision: span.decision ?? null,
      name: span.name,
    })
}

function withAgents(rows: Row[], agents: readonly Span[], now: number): Row[] {
  const result: Row[] = []
  const below = new Map<Row | undefined, Row[]>()
  for (const span of agents) {
    const from = time(span.started_at)
    const parent = from === null ? undefined : rowAt(rows, from)
    below.set(parent, [...(below.get(parent) ?? []), rowOf(span, now, null)])
  }
  for (const row of rows) result.push(row, ...(below.get(row) ?? []))
  return [...result, ...(below.get(undefined) ?? [])]
}

export interface TimeScale {
  /** Place of an instant, 0 to 1. */
  at: (time: number) => number
  /** Instants with a label, in order. */
  ticks: number[]
  /** Places where idle time was cut out. */
  cuts: number[]
}

const CUT = 0.02
const LEAST_GAP = 30_000

/** An axis of working time: a gap without any bar, longer than a tenth of the work, is cut out. */
export function timeScale(rows: readonly Row[]): TimeScale {
  const spans = rows.flatMap((row) => row.bars.map((bar) => [bar.from, bar.to] as const))
  const busy = joined(spans)
  const work = busy.reduce((sum, [from, to]) => sum + to - from, 0) || 1
  const parts: { from: number; to: number; start: number; width: number }[] = []
  const gap = Math.max(LEAST_GAP, work / 10)
  const islands = joined(busy, gap)
  const shown = islands.reduce((sum, [from, to]) => sum + Math.max(1, to - from), 0)
  const room = 1 - CUT * Math.max(0, islands.length - 1)
  let start = 0
  for (const [from, to] of islands) {
    const width = (Math.max(1, to - from) / shown) * room
    parts.push({ from, to, start, width })
    start += width + CUT
  }
  const at = (instant: number) => {
    const part = parts.findLast((candidate) => candidate.from <= instant) ?? parts[0]
    if (!part) return 0
    const inside = (instant - part.from) / Math.max(1, part.to - part.from)
    return part.start + Math.min(1, Math.max(0, inside)) * part.width
  }
  return {
    at,
    ticks: parts.flatMap((part) => ticksOf(part.from, part.to, part.width)),
    cuts: parts.slice(1).map((part) => part.start - CUT / 2),
  }
}

function joined(intervals: readonly (readonly [number, number])[], gap = 0): [number, number][] {
  const result: [number, number][] = []
  for (const [from, to] of [...intervals].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1)
    if (last && from - last[1] <= gap) last[1] = Math.max(last[1], to)
    else result.push([from, to])
  }
  return result
}

const EVERY = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 43200, 86400]

/** The beginning of an island, then round times that have room for their label. */
function ticksOf(from: number, to: number, width: number): number[] {
  const most = Math.max(1, Math.floor(width * 7))
  const seconds = (to - from) / 1000
  const every = (EVERY.find((step) => seconds / step <= most) ?? 86400) * 1000
  const ticks = [from]
  for (let at = Math.ceil(from / every) * every; at < to; at += every) {
    if ((at - from) / (to - from || 1) > 0.6 / most) ticks.push(at)
  }
  return width < 0.08 ? ticks.slice(0, 1) : ticks
}
