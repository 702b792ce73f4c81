import type { Mark, Outline } from "./detail"

/** Going through a session again: where one is, what comes next, and when. */

export const SPEEDS = [1, 2, 8] as const
export type Speed = (typeof SPEEDS)[number]

/** Longer silences are passed over when idle time is skipped. */
const IDLE_MS = 2000
const SKIPPED_MS = 300
const LONGEST_MS = 60_000
const SHORTEST_MS = 16

/** A seq of the address, held inside the session; null without one. */
export function seqIn(text: string | null | undefined, last: number): number | null {
  if (!text || !/^\d{1,15}$/.test(text)) return null
  return Math.min(Math.max(1, Number(text)), Math.max(1, last))
}

/** How long the replay stays at one event before the next, in ms. */
export function waitMillis(from: string, to: string, speed: Speed, skipIdle: boolean): number {
  const between = Math.max(0, Date.parse(to) - Date.parse(from)) || 0
  const idle = skipIdle && between > IDLE_MS
  const real = idle ? SKIPPED_MS : Math.min(between, LONGEST_MS)
  return Math.max(SHORTEST_MS, real / speed)
}

/** The next or previous beginning of a turn; the end of the session where there is none. */
export function turnStep(outline: Outline, at: number, by: 1 | -1): number {
  const turns = outline.marks.filter((mark) => mark.mark === "turn").map((mark) => mark.seq)
  const next = by > 0 ? turns.find((seq) => seq > at) : turns.findLast((seq) => seq < at)
  return next ?? (by > 0 ? outline.last_seq : outline.first_seq) ?? at
}

/** Number of the turn that an event belongs to; null before the first. */
export function turnAt(marks: readonly Mark[], at: number): number | null {
  const count = marks.filter((mark) => mark.mark === "turn" && mark.seq <= at).length
  return count === 0 ? null : count
}

/** Buckets that hold events, each with the first seq behind it. */
function stretches(outline: Outline): { first: number; end: number; index: number }[] {
  const { buckets } = outline
  const held = buckets.flatMap((bucket, index) =>
    bucket.events > 0 ? [{ first: bucket.seq, index }] : [],
  )
  return held.map((part, order) => ({
    ...part,
    end: held[order + 1]?.first ?? (outline.last_seq ?? part.first) + 1,
  }))
}

/** Place of a seq on the track, 0 to 1: inside the bar that counts it. */
export function placeOf(outline: Outline, seq: number): number {
  const parts = stretches(outline)
  const part = parts.findLast((candidate) => candidate.first <= seq) ?? parts[0]
  if (!part) return 1
  if (seq >= (outline.last_seq ?? seq)) return 1
  const inside = (seq - part.first) / Math.max(1, part.end - part.first)
  return (part.index + Math.min(1, Math.max(0, inside))) / outline.buckets.length
}

/** The seq at a place of the track. */
export function seqAt(outline: Outline, place: number): number {
  const within = Math.min(1, Math.max(0, place))
  const last = outline.last_seq ?? 1
  if (within >= 1) return last
  const parts = stretches(outline)
  const at = within * outline.buckets.length
  const part = parts.findLast((candidate) => candidate.index <= at) ?? parts[0]
  if (!part) return last
  const inside = Math.min(0.999, at - part.index)
  return Math.floor(part.first + inside * (part.end - part.first))
}

/** Marks that are told on the track. Turns are many and have their own ticks. */
export const isAlert = (mark: Mark) => mark.mark !== "turn"

const BLOCK = 500

/** The log is read down from the end of a block, so that stepping asks for nothing new. */
export function blockEnd(seq: number): number {
  return Math.ceil(seq / BLOCK) * BLOCK
}
