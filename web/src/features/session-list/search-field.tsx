import { Search as SearchIcon, X } from "lucide-react"
import { useEffect, useId, useRef, useState } from "react"
import { listWords } from "../../domain/words/list"
import { cx } from "../../ui/cx"
import { useHotkeys } from "../../ui/hotkeys"
import { Kbd } from "../../ui/small"

const say = listWords.listSearch
const PAUSE_MS = 250

interface Props {
  value: string
  onChange: (value: string) => void
  /** The server's words about what does not read. */
  problem: string | null
  className?: string
  /** Opened by a button: the first thing one does is typing. */
  focused?: boolean
}

const firstHit = () => document.querySelector<HTMLElement>("a[data-hit]")

/** Down from the field: the first hit, or the row one stands on. */
function goToFirst(): boolean {
  const first = firstHit() ?? document.querySelector<HTMLElement>('[data-row][tabindex="0"]')
  first?.focus()
  return first !== null
}

/** Enter a second time, when what was asked for is found. */
function openFirst(asked: boolean): boolean {
  const first = asked ? firstHit() : null
  first?.click()
  return first !== null
}

/** Searches as one types, once the hand rests. */
export function SearchField({ value, onChange, problem, className, focused }: Props) {
  const [text, setText] = useState(value)
  const [focus, setFocus] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const sent = useRef(value)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const id = useId()

  // The address changed by another hand: a view, a chip, the way back.
  useEffect(() => {
    if (value === sent.current) return
    sent.current = value
    clearTimeout(timer.current)
    setText(value)
  }, [value])
  useEffect(() => () => clearTimeout(timer.current), [])
  useEffect(() => {
    if (focused) field.current?.focus()
  }, [focused])
  useHotkeys({ "/": () => field.current?.select() })

  const send = (next: string) => {
    clearTimeout(timer.current)
    if (next === sent.current) return
    sent.current = next
    onChange(next)
  }
  const type = (next: string) => {
    setText(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => send(next.trim() ? next : ""), PAUSE_MS)
  }
  const clear = () => {
    setText("")
    send("")
    field.current?.focus()
  }
  return (
    <search className={cx("relative shrink-0", className)}>
      <label htmlFor={id} className="sr-only">
        {say.label}
      </label>
      <SearchIcon className="icon s pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-muted" />
      <input
        ref={field}
        id={id}
        type="text"
        enterKeyHint="search"
        autoComplete="off"
        spellCheck={false}
        placeholder={say.placeholder}
        onFocus={() => setFocus(true)}
        onBlur={() => setFocus(false)}
        value={text}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? `${id}-hint` : `${id}-problem`}
        onChange={(event) => type(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !openFirst(text === sent.current))
            send(text.trim() ? text : "")
          else if (event.key === "ArrowDown" && goToFirst()) event.preventDefault()
          // What was searched for stays; the cross and an empty field clear it.
          else if (event.key === "Escape") field.current?.blur()
        }}
        className={cx(
          "h-7 w-full rounded-control border bg-bg pr-8 pl-8 text-small placeholder:text-muted pointer-coarse:h-9",
          problem === null ? "border-line-strong" : "border-problem",
        )}
      />
      {text ? (
        <button
          type="button"
          aria-label={say.clear}
          data-tip={say.clear}
          onClick={clear}
          className="absolute top-0 right-0 grid h-full w-7 place-items-center text-muted hover:text-fg"
        >
          <X className="icon xs" />
        </button>
      ) : (
        <span className="pointer-events-none absolute top-1/2 right-1.5 flex -translate-y-1/2 max-md:hidden">
          <Kbd>/</Kbd>
        </span>
      )}
      <p
        id={`${id}-hint`}
        className={cx(
          "absolute top-full left-0 z-(--z-float) mt-1 w-max max-w-84 rounded-control border border-line bg-raised px-2 py-1 text-small text-muted shadow-float max-md:sr-only",
          (!focus || text !== "") && "sr-only",
        )}
      >
        {say.hint}
      </p>
      {problem !== null && (
        <p
          id={`${id}-problem`}
          role="alert"
          className="absolute top-full left-0 z-(--z-float) mt-1 w-max max-w-[min(420px,80vw)] rounded-control border border-line bg-raised px-2 py-1 text-small wrap-anywhere text-problem shadow-float"
        >
          {problem}
        </p>
      )}
    </search>
  )
}
