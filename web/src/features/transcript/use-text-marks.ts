import { type RefObject, useEffect } from "react"
import { wordsOf } from "../../domain/hits"

const NAME = "found-text"
const MOST = 400

/**
 * Marks every place of a text that is on screen, without touching the document. Browsers without
 * this show the event alone.
 */
export function useTextMarks(container: RefObject<HTMLElement | null>, text: string): void {
  useEffect(() => {
    if (!("highlights" in CSS)) return
    CSS.highlights.delete(NAME)
    if (!text || !container.current) return
    const ranges = rangesOf(container.current, text)
    if (ranges.length > 0) CSS.highlights.set(NAME, new Highlight(...ranges))
  })
  useEffect(() => () => void ("highlights" in CSS && CSS.highlights.delete(NAME)), [])
}

function rangesOf(root: HTMLElement, text: string): Range[] {
  const wanted = wordsOf(text)
  const ranges: Range[] = []
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node && ranges.length < MOST; node = walker.nextNode()) {
    const content = node.textContent?.toLowerCase() ?? ""
    for (const word of wanted) {
      for (let at = content.indexOf(word); at >= 0; at = content.indexOf(word, at + word.length)) {
        const range = document.createRange()
        range.setStart(node, at)
        range.setEnd(node, at + word.length)
        ranges.push(range)
      }
    }
  }
  return ranges
}
