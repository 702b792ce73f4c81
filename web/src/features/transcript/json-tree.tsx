import { ChevronDown, ChevronRight } from "lucide-react"
import { useState } from "react"
import { isBlob } from "../../domain/event"
import { formatBytes } from "../../domain/format"
import { detailWords } from "../../domain/words/detail"
import { shellWords } from "../../domain/words/shell"
import { transcriptWords } from "../../domain/words/transcript"
import { useCopy } from "../../ui/copy"
import { Pieces } from "../session-facts"

const FIRST_ITEMS = 50
const LONG_TEXT = 600
const OPEN_DEPTH = 2

/** A value as a tree: objects and lists fold, long texts and long lists open on demand. */
export default function JsonTree({ value }: { value: unknown }) {
  return (
    <div
      tabIndex={0}
      className="max-h-160 overflow-auto border-t border-line-soft bg-sunken px-3 py-2 font-mono text-small leading-4.5 outline-offset-[-2px]"
    >
      <Value value={value} depth={0} path="" />
    </div>
  )
}

interface ValueProps {
  value: unknown
  depth: number
  /** How one gets to it from the root, as a program writes it. */
  path: string
}

function Value({ value, depth, path }: ValueProps) {
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
    return (
      <Branch
        entries={Object.entries(value)}
        list={Array.isArray(value)}
        depth={depth}
        path={path}
      />
    )
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
            {transcriptWords.showAll(text.split("\n").length)}
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
  path: string
}

const PLAIN = /^[A-Za-z_$][\w$]*$/

function below(path: string, name: string, list: boolean): string {
  if (list) return `${path}[${name}]`
  if (!PLAIN.test(name)) return `${path}[${JSON.stringify(name)}]`
  return path ? `${path}.${name}` : name
}

function Branch({ entries, list, depth, path }: BranchProps) {
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
              <PathName name={name} path={below(path, name, list)} />
              <span className="text-faint">: </span>
              <Value value={child} depth={depth + 1} path={below(path, name, list)} />
            </li>
          ))}
          {left > 0 && (
            <li>
              <button
                type="button"
                className="font-ui text-accent"
                onClick={() => setLimit(limit + 500)}
              >
                {transcriptWords.showMoreItems(left)}
              </button>
            </li>
          )}
        </ul>
      )}
    </div>
  )
}

/** The name of a field; a click copies the way to it. Not a tab stop: there may be thousands. */
function PathName({ name, path }: { name: string; path: string }) {
  const [copied, copy] = useCopy()
  return (
    <button
      type="button"
      tabIndex={-1}
      data-tip={copied ? shellWords.copy.done : `${detailWords.content.copyJsonPath}: ${path}`}
      onClick={() => copy(path)}
      className="rounded-chip text-muted hover:text-accent"
    >
      {name}
    </button>
  )
}
