import { inlinePieces, type Piece, secretPieces } from "../../domain/inline-text"
import { sessionWords } from "../../domain/words/session"

/** One line of text with its code spans and secret chips. */
export function Pieces({ text, code = "inline" }: { text: string; code?: "inline" | "none" }) {
  const pieces = code === "inline" ? inlinePieces(text) : secretPieces(text)
  return pieces.map((piece, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text never move
    <PieceText key={index} piece={piece} />
  ))
}

function PieceText({ piece }: { piece: Piece }) {
  if (piece.kind === "code") return <code className="text-meta">{piece.text}</code>
  if (piece.kind === "secret") {
    return (
      <span className="secret" data-tip={sessionWords.redacted}>
        {piece.text}
      </span>
    )
  }
  return piece.text
}
