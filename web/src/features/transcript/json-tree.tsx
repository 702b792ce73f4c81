import { ChevronDown, ChevronRight } from "lucide-react"
import { useState } from "react"
import { isBlob } from "../../domain/event"
import { formatBytes } from "../../domain/format"
import { words } from "../../domain/words"
import { Pieces } from "../session-facts"

const FIRST_ITEMS = 50
const LONG_TEXT = 600
const OPEN_DEPTH = 2

/** A value as a tree: objects and lists fold, long texts and long lists open on demand. */
export function JsonTree({ value }: { value: unknown }) {
  return (
    <div
      tabIndex={0}
      className="max-h-160 overflow-auto border-t border-line-soft bg-sunken px-3 py-2 font-mono text-small leading-4.5 outline-offset-[-2px]"
    >
      <Value value={value} depth={0} />
    </div>
  )
}

function Value({ value, depth }: { value: unknown; depth: number }) {
  if (typeof value === "string") return <Text text={value} />
  if (isBlob(value)) {
    return (
      <span>
        {value.preview && <Text text={value.preview} />}{" "}
        <span className="text-faint">
          {value.media_type} {formatBytes(value.bytes ?? 0)}
        </span>
      </span>
    )
  }
  if (typeof value === "object" && value !== null) {
    return <Branch entries={Object.entries(value)} list={Array.isArray(value)} depth={depth} />
  }
  return <span className="tone-active">{String(value)}</span>
}

function Text({ text }: { text: string }) {
  const [whole, setWhole] = useState(text.length <= LONG_TEXT)
  return (
    <span className="wrap-anywhere whitespace-pre-wrap">
      <Pieces text={whole ? text : text.slice(0, LONG_TEXT)} code="none" />
      {!whole && (
        <>
          …{" "}
          <button type="button" className="font-ui text-accent" onClick={() => setWhole(true)}>
            {words.transcript.showAll(text.split("\n").length)}
          </button>
        </>
      )}
    </span>
  )
}

interface BranchProps {
  entries: [string, unknown][]
  list: boolean
  depth: number
}

function Branch({ entries, list, depth }: BranchProps) {
  const [open, setOpen] = useState(depth < OPEN_DEPTH)
  const [limit, setLimit] = useState(FIRST_ITEMS)
  const brackets = list ? "[]" : "{}"
  if (entries.length === 0) return <span className="text-faint">{brackets}</span>
  const Chevron = open ? ChevronDown : ChevronRight
  const left = entries.length - limit
  return (
    <div className={depth > 0 ? "inline" : undefined}>
      {depth > 0 && (
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="inline-flex items-center gap-1 align-bottom text-faint"
        >
          <Chevron className="icon xs" />
          {open ? "" : `${brackets[0]} ${entries.length} ${brackets[1]}`}
        </button>
      )}
      {open && (
        <ul className={depth > 0 ? "pl-4" : undefined}>
          {entries.slice(0, limit).map(([name, child]) => (
            <li key={name}>
              <span className="text-muted">{name}</span>
              <span className="text-faint">: </span>
              <Value value={child} depth={depth + 1} />
            </li>
          ))}
          {left > 0 && (
            <li>
              <button
                type="button"
                className="font-ui text-accent"
                onClick={() => setLimit(limit + 500)}
              >
                {words.transcript.showMoreItems(left)}
              </button>
            </li>
          )}
        </ul>
      )}
    </div>
  )
}
