import { useReducer, useState } from "react"
import type { Entry } from "../../domain/fold-transcript"
import { opensItself } from "../../domain/tool-call"
import { detailWords } from "../../domain/words/detail"
import { announce } from "../shell"

interface Opened {
  opened: Map<string, boolean>
  all: boolean
  toggle: (key: string) => void
  toggleAll: () => void
}

/** Which cards are open: by hand, by key, or all of them. */
export function useOpened(entries: readonly Entry[]): Opened {
  const [opened] = useState(() => new Map<string, boolean>())
  const [all, setAll] = useState(false)
  const [, render] = useReducer((count: number) => count + 1, 0)
  const toggle = (key: string) => {
    const entry = entries.find((one) => one.key === key)
    const initially = all || (entry?.shape === "call" && opensItself(entry.call))
    opened.set(key, !(opened.get(key) ?? initially))
    render()
  }
  const toggleAll = () => {
    opened.clear()
    setAll(!all)
    announce(all ? detailWords.more.collapseAll : detailWords.more.expandAll)
  }
  return { opened, all, toggle, toggleAll }
}
