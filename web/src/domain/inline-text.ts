import { visible } from "./visible"

/** One line of someone else's text in small pieces: prose, code, names of redacted secrets. */

export interface Piece {
  kind: "text" | "code" | "secret"
  text: string
}

const SECRET = /\[secret:([^\]\s]{1,120})\]/g

/** Splits at redaction placeholders; everything else stays as it is, and is seen. */
export function secretPieces(raw: string): Piece[] {
  const text = visible(raw)
  const pieces: Piece[] = []
  let end = 0
  for (const match of text.matchAll(SECRET)) {
    if (match.index > end) pieces.push({ kind: "text", text: text.slice(end, match.index) })
    pieces.push({ kind: "secret", text: match[1] as string })
    end = match.index + match[0].length
  }
  if (end < text.length) pieces.push({ kind: "text", text: text.slice(end) })
  return pieces
}

/** The first words of a markdown text as one plain line, code spans and secrets kept apart. */
export function inlinePieces(text: string, max = 300): Piece[] {
  const line = plainLine(text).slice(0, max)
  return secretPieces(line).flatMap((piece) =>
    piece.kind === "text" ? codePieces(piece.text) : [piece],
  )
}

function codePieces(text: string): Piece[] {
  return text
    .split(/(`[^`]+`)/)
    .filter(Boolean)
    .map((part) =>
      part.length > 2 && part.startsWith("`") && part.endsWith("`")
        ? { kind: "code", text: part.slice(1, -1) }
        : { kind: "text", text: part },
    )
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a terminal is told with
const ANSI = /\u001b(\[[0-9;?]*[A-Za-z]|\][^\u0007]*\u0007?)/g

/** Markdown marks that mean nothing on one line are dropped. */
export function plainLine(text: string): string {
  return text
    .replace(ANSI, "")
    .replace(/```[^\n]*\n?/g, " ")
    .replace(/^\s{0,3}(#{1,6}|>|[-*+]|\d+[.)])\s+/gm, "")
    .replace(/^\s*[-=|:\s]{3,}$/gm, " ")
    .replace(/\*\*|__/g, "")
    .replace(/!?\[([^\]]+)\]\([^)\s]+\)/g, "$1")
    .replace(/\s+/g, " ")
    .trim()
}
