import { ChevronDown, ChevronUp, Search, X } from "lucide-react"
import type { KeyboardEvent } from "react"
import { formatCount } from "../../../../domain/format"
import { detailWords } from "../../../../domain/words/detail"
import { IconButton } from "../../../../ui/button"
import type { Finder } from "./use-finder"

const say = detailWords.finder

/** Over the conversation: what is looked for, which match one is at, and the way to the next. */
export function FindBar({ finder }: { finder: Finder }) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") finder.step(event.shiftKey ? -1 : 1)
    else if (event.key === "Escape") finder.close()
    else return
    event.preventDefault()
  }
  const none = finder.hits.length === 0
  return (
    <search className="floating absolute top-3 left-6 z-(--z-float) flex h-10 w-105 max-w-[calc(100%-48px)] items-center gap-1 rounded-card border border-line bg-raised pr-1 pl-3 shadow-float max-md:left-4 max-md:max-w-[calc(100%-32px)]">
      <Search className="icon s text-muted" />
      <input
        ref={finder.input}
        // biome-ignore lint/a11y/noAutofocus: the bar was opened to type into it
        autoFocus
        aria-label={say.label}
        placeholder={say.placeholder}
        value={finder.text}
        onChange={(event) => finder.type(event.target.value)}
        onKeyDown={onKeyDown}
        data-tip={say.browser}
        className="h-8 min-w-0 grow bg-transparent px-1 outline-none placeholder:text-faint"
      />
      <span
        role="status"
        className="num shrink-0 px-1 text-small text-muted"
        data-tip={finder.error?.message}
      >
        {stateText(finder)}
      </span>
      <IconButton label={say.previous} disabled={none} onClick={() => finder.step(-1)}>
        <ChevronUp className="icon s" />
      </IconButton>
      <IconButton label={say.next} disabled={none} onClick={() => finder.step(1)}>
        <ChevronDown className="icon s" />
      </IconButton>
      <IconButton label={say.close} onClick={finder.close}>
        <X className="icon s" />
      </IconButton>
    </search>
  )
}

function stateText(finder: Finder): string {
  if (finder.state === "idle") return ""
  if (finder.state === "searching") return say.searching
  if (finder.state === "failed") return say.failed
  const listed = finder.hits.length
  if (listed === 0) return say.none
  const total = formatCount(Math.max(finder.total, listed))
  return say.place(finder.index + 1, total)
}
