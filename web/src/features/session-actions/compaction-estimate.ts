import type { ContextEntry } from "../../domain/detail"

/** What a compaction would leave, about: the server decides when it comes to it. */
export interface Estimate {
  before: number
  after: number
  /** Tokens that a summary would stand for. */
  covered: number
  summary: number
  keptTurns: number
}

const HEAD_TURNS = 2
const TAIL_TURNS = 15
const MOST = 4_000
const LEAST = 256

type Entries = readonly Pick<ContextEntry, "role" | "tokens">[]
const sum = (entries: Entries) => entries.reduce((total, entry) => total + entry.tokens, 0)

/**
 * The first two and the last fifteen turns stay; of a short session the newer half. Null when
 * nothing is older than what is kept.
 */
export function estimateCompaction(entries: Entries): Estimate | null {
  const starts = entries.flatMap((entry, index) => (entry.role === "user" ? [index] : []))
  const tail = Math.min(TAIL_TURNS, Math.floor(starts.length / 2))
  if (tail === 0) return null
  const head = Math.max(0, Math.min(HEAD_TURNS, starts.length - tail - 1))
  const low = starts[head] ?? 0
  const summaryAt = entries.findIndex((entry) => entry.role === "summary")
  const from = summaryAt < 0 ? low : Math.min(low, summaryAt)
  const part = entries.slice(from, starts[starts.length - tail])
  if (part.every((entry) => entry.role === "summary")) return null
  const before = sum(entries)
  const covered = sum(part)
  // A summary takes half of what it stands for, within its bounds.
  const summary = Math.min(covered, MOST, Math.max(LEAST, Math.floor(covered / 2)))
  return { before, after: before - covered + summary, covered, summary, keptTurns: head + tail }
}
