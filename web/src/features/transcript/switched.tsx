import { type ReactNode, useState } from "react"
import { detailWords } from "../../domain/words/detail"
import { Pieces } from "../session-facts"

interface Props {
  /** What the form is. */
  label: string
  plain: ReactNode
  /** The command that gave it, as the plain text has it too. */
  command?: string | undefined
  children: ReactNode
}

/** Something in a form of its own, and as plain text one click away. */
export function Switched({ label, plain, command, children }: Props) {
  const [text, setText] = useState(false)
  return (
    <div className="border-t border-line-soft">
      <div className="num flex h-7 items-center gap-3 bg-surface pr-1.5 pl-3 text-meta text-faint pointer-coarse:h-9">
        <span className="shrink-0">{label}</span>
        {command && !text && (
          <code className="min-w-0 truncate text-meta" data-tip={command}>
            $ <Pieces text={command} code="none" />
          </code>
        )}
        <button
          type="button"
          aria-pressed={text}
          onClick={() => setText(!text)}
          className="ml-auto h-6 shrink-0 rounded-chip px-1.5 text-muted hover:text-fg aria-pressed:font-medium aria-pressed:text-fg"
        >
          {detailWords.content.plain}
        </button>
      </div>
      {text ? plain : <div className="border-t border-line-soft">{children}</div>}
    </div>
  )
}
