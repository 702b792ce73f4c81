/** The one-time token of a printed link: behind its #, or among its parameters. */
export function tokenOfLink(link: string): string | null {
  if (!URL.canParse(link)) return null
  const url = new URL(link)
  const hash = new URLSearchParams(url.hash.slice(1))
  return hash.get("token") ?? url.searchParams.get("token")
}

/** The token in whatever was pasted: the whole link, or the token alone. */
export function tokenIn(pasted: string): string | null {
  const text = pasted.trim()
  if (/^https?:\/\//i.test(text)) return tokenOfLink(text)
  return /^\S+$/.test(text) ? text : null
}

/**
 * Where to go after signing in: a path of this site, never another one. A browser drops tabs and
 * line ends from an address, so that they could hide a second slash.
 */
export function safeReturn(next: string | undefined): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is kept out
  return next && /^\/(?![/\\])[^\u0000-\u001f\u007f]*$/.test(next) ? next : "/sessions"
}
