/** The address bar in plain words: `?tab=chats&status=failed,running`. Everything is text. */
export type Search = Record<string, string>

export function readSearch(text: string): Search {
  return Object.fromEntries(new URLSearchParams(text))
}

export function writeSearch(search: Record<string, unknown>): string {
  const pairs = Object.entries(search).filter(([, value]) => value !== undefined && value !== "")
  if (pairs.length === 0) return ""
  const plain = (text: unknown) => encodeURIComponent(String(text)).replaceAll("%2C", ",")
  return `?${pairs.map(([name, value]) => `${plain(name)}=${plain(value)}`).join("&")}`
}

/** Unknown parameters are kept: a link from a newer version loses nothing. */
export function parseSearch(search: Record<string, unknown>): Search {
  return search as Search
}
