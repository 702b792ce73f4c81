/** A command line that works where the server was started: the document says what to type there. */
export function command(words: string): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="hansard-command"]')
  return `${meta?.content ?? "hansard"} ${words}`
}
