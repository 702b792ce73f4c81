import type { MarkedPart } from "./mark"

/** A line whose hit is told by weight and colour. */
export function Marked({ parts }: { parts: readonly MarkedPart[] }) {
  return parts.map((part, index) =>
    part.hit ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text never move
      <mark key={index} className="bg-transparent font-semibold text-accent">
        {part.text}
      </mark>
    ) : (
      part.text
    ),
  )
}
