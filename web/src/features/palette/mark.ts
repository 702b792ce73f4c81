/** A text in pieces, those that hold what was typed told apart. */
export interface MarkedPart {
  text: string
  hit: boolean
}

export function markTyped(text: string, typed: string): MarkedPart[] {
  const wanted = typed.trim().toLowerCase()
  const at = wanted ? text.toLowerCase().indexOf(wanted) : -1
  // Lower case may have another length; then a place in it says nothing about the text.
  if (at < 0 || text.toLowerCase().length !== text.length) return [{ text, hit: false }]
  const end = at + wanted.length
  return [
    { text: text.slice(0, at), hit: false },
    { text: text.slice(at, end), hit: true },
    { text: text.slice(end), hit: false },
  ].filter((part) => part.text)
}

/** Whether every typed word begins or stands in the label. */
export function matchesTyped(label: string, typed: string): boolean {
  const text = label.toLowerCase()
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
