import { useEffect } from "react"
import { shellWords } from "../../domain/words/shell"

/** Title and icon of the browser tab; both say how many sessions need a person. */
export function usePageTitle(title: string, needYou = 0): void {
  useEffect(() => {
    const count = needYou > 0 ? `(${needYou > 99 ? "99+" : needYou}) ` : ""
    document.title = `${count}${title} - ${shellWords.product}`
    const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]")
    if (icon) icon.href = needYou > 0 ? "/favicon-attention.svg" : "/favicon.svg"
  }, [title, needYou])
}
