import { useQuery } from "@tanstack/react-query"
import { type RefObject, useEffect, useRef, useState } from "react"
import { findIn } from "../../../../api/queries/detail"
import type { Hit } from "../../../../domain/detail"
import { firstHit } from "../../../../domain/hits"
import { useSettled } from "../../../../ui/settled"

export interface Finder {
  open: boolean
  text: string
  /** What was found: the words as one phrase, or each of them. */
  sought: string
  /** Index of the match one is at; -1 before there is one. */
  index: number
  hits: readonly Hit[]
  /** All that match, more than are listed where there are very many. */
  total: number
  state: "idle" | "searching" | "found" | "failed"
  error: Error | null
  show: () => void
  close: () => void
  type: (text: string) => void
  step: (by: 1 | -1) => void
  input: RefObject<HTMLInputElement | null>
}

interface Options {
  sessionId: string
  at: number | null
  /** The seq at the top of the view. */
  place: RefObject<number>
  /** Told the event of the match one has gone to. */
  onGo: (event: string) => void
}

const TYPING_MS = 250

/** Find in a session: the server searches every event, folded and unloaded ones too. */
export function useFinder({ sessionId, at, place, onGo }: Options): Finder {
  const [open, setOpen] = useState(false)
  const [text, setText] = useState("")
  const settled = useSettled(text.trim(), TYPING_MS)
  const [here, setHere] = useState<{ index: number; of: string } | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const query = useQuery(findIn(sessionId, open ? settled : ""))
  const fresh = !query.isPlaceholderData && query.data !== undefined && settled !== ""
  const all = fresh ? query.data.data : []
  const hits = at === null ? all : all.filter((hit) => hit.seq <= at)

  const index = fresh && here?.of === settled ? Math.min(here.index, hits.length - 1) : -1
  const goTo = (next: number) => {
    const hit = hits[next]
    if (!hit) return
    setHere({ index: next, of: settled })
    onGo(hit.event_id)
  }
  // The first match at or below what is on screen, as soon as there are matches.
  const start = useRef(goTo)
  useEffect(() => {
    start.current = goTo
  })
  const first = fresh && index < 0 ? firstHit(hits, place.current) : -1
  useEffect(() => {
    if (first >= 0) start.current(first)
  }, [first])

  const show = () => {
    setOpen(true)
    requestAnimationFrame(() => input.current?.select())
  }
  useFindKey(open, input, show)
  return {
    open,
    text,
    sought: fresh ? query.data.sought : text,
    index,
    hits,
    total: at === null && fresh ? query.data.total : hits.length,
    state: stateOf(settled, fresh, query.error),
    error: query.error,
    show,
    close: () => setOpen(false),
    type: setText,
    step: (by) => {
      if (hits.length === 0) return
      goTo((index + by + hits.length) % hits.length)
    },
    input,
  }
}

function stateOf(text: string, fresh: boolean, error: Error | null): Finder["state"] {
  if (text === "") return "idle"
  if (error) return "failed"
  return fresh ? "found" : "searching"
}

/** Ctrl-F opens the bar; a second one is the browser's. */
function useFindKey(open: boolean, input: RefObject<HTMLInputElement | null>, show: () => void) {
  const latest = useRef({ open, show })
  useEffect(() => {
    latest.current = { open, show }
  })
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const wanted = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey
      if (!wanted || event.key.toLowerCase() !== "f" || event.defaultPrevented) return
      if (document.querySelector("dialog[open]")) return
      if (latest.current.open && document.activeElement === input.current) return
      event.preventDefault()
      latest.current.show()
    }
    document.addEventListener("keydown", onKeyDown)
    return () => document.removeEventListener("keydown", onKeyDown)
  }, [input])
}
