import type { Hit } from "./detail"

const PIECE = /(-)?(?:([a-z_]+):)?(?:"([^"]*)"?|([^\s"]+))/g
const CONDITIONS = new Set([
  ...["agent", "channel", "key", "kind", "model", "owner", "repo", "status", "tag", "title"],
  ...["after", "before", "cost", "tool"],
])

/**
 * What a search wants to see in a text, in lower case: its words, and what is in quotes as one.
 * What must not be there (`-word`) and conditions on the session are no part of it.
 */
export function wordsOf(typed: string): string[] {
  return [...typed.matchAll(PIECE)].flatMap(([, not, name, phrase, word]) => {
    if (not || (name && CONDITIONS.has(name))) return []
    const said = `${name ? `${name}:` : ""}${phrase ?? word}`.trim().toLowerCase()
    return said.length > 1 ? [said] : []
  })
}

/** Several plain words as the one phrase that they may be; null for what has a grammar of its own. */
export function phraseOf(typed: string): string | null {
  const words = typed.trim().split(/\s+/)
  const plain = words.every((word) => !/^-|"/.test(word))
  return words.length > 1 && plain ? `"${words.join(" ")}"` : null
}

/** Where a text first says one of the words; -1 where it says none. */
export function firstPlace(text: string, words: readonly string[]): number {
  const content = text.toLowerCase()
  const places = words.map((word) => content.indexOf(word)).filter((at) => at >= 0)
  return places.length > 0 ? Math.min(...places) : -1
}

/** The match to begin with: the first one from a seq on, else the last one before it. */
export function firstHit(hits: readonly Hit[], from: number): number {
  const next = hits.findIndex((hit) => hit.seq >= from)
  return next >= 0 ? next : hits.length - 1
}
