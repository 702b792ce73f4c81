import { X } from "lucide-react"
import { type KeyboardEvent, useId } from "react"

const LONGEST = 100

interface Props {
  label: string
  hint: string
  /** Names the button that takes a tag away. */
  remove: (tag: string) => string
  tags: readonly string[]
  onChange: (tags: string[]) => void
  /** What is typed and not yet a tag. */
  text: string
  onText: (text: string) => void
}

/** What stands in the field besides the tags, as tags. */
export function withTyped(tags: readonly string[], text: string): string[] {
  const typed = text
    .split(",")
    .map((tag) => tag.trim().slice(0, LONGEST))
    .filter(Boolean)
  return [...new Set([...tags, ...typed])]
}

/** Tags one may add and take away with the keyboard alone. */
export function TagField({ label, hint, remove, tags, onChange, text, onText }: Props) {
  const id = useId()
  const add = () => {
    onChange(withTyped(tags, text))
    onText("")
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if ((event.key === "Enter" || event.key === ",") && text.trim()) {
      event.preventDefault()
      add()
    } else if (event.key === "Backspace" && text === "") onChange(tags.slice(0, -1))
  }
  return (
    <div>
      <label htmlFor={id} className="text-small font-medium">
        {label}
      </label>
      <div className="mt-1 flex min-h-8 flex-wrap items-center gap-1 rounded-control border border-line-strong bg-bg px-1 py-1 focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent">
        {tags.map((tag) => (
          <span
            key={tag}
            className="inline-flex h-6 max-w-full items-center gap-1 rounded-chip bg-selected pl-1.5 text-small"
          >
            <span className="truncate">{tag}</span>
            <button
              type="button"
              aria-label={remove(tag)}
              onClick={() => onChange(tags.filter((other) => other !== tag))}
              className="grid size-6 place-items-center rounded-chip text-muted hover:text-fg"
            >
              <X className="icon xs" />
            </button>
          </span>
        ))}
        <input
          id={id}
          value={text}
          maxLength={LONGEST}
          data-first
          aria-describedby={`${id}-hint`}
          onChange={(event) => onText(event.target.value)}
          onKeyDown={onKeyDown}
          className="h-6 min-w-24 grow bg-transparent px-1 outline-none"
        />
      </div>
      <p id={`${id}-hint`} className="pt-1 text-small text-muted">
        {hint}
      </p>
    </div>
  )
}
