import { createContext, useContext, useReducer } from "react"
import { firstPlace, wordsOf } from "../../domain/hits"
import type { Session } from "../../domain/session"

/** What every card may ask for. */
export interface TranscriptContext {
  session: Session
  /** Whether the work goes on, so that an open call still runs. */
  live: boolean
  /** Cards that were opened or closed by hand; they stay so while rows come and go. */
  opened: Map<string, boolean>
  /** All tool cards are open unless closed by hand. */
  all?: boolean
  /** What is looked for: texts that are cut show themselves as far as it. */
  find?: string
}

export const Context = createContext<TranscriptContext | null>(null)

export function useTranscript(): TranscriptContext {
  const context = useContext(Context)
  if (!context) throw new Error("a card stands outside a transcript")
  return context
}

/** Whether a card is open; a choice by hand outlives the card's element. */
export function useOpen(key: string, initially: boolean): [open: boolean, toggle: () => void] {
  const { opened } = useTranscript()
  const [, render] = useReducer((count: number) => count + 1, 0)
  const open = opened.get(key) ?? initially
  const toggle = () => {
    opened.set(key, !open)
    render()
  }
  return [open, toggle]
}

/** As `useOpen`, for cards of calls, which are also opened all at once. */
export function useOpenCall(key: string, initially: boolean): [open: boolean, toggle: () => void] {
  const { all } = useTranscript()
  return useOpen(key, all === true || initially)
}

/** How many lines of a text have to be shown so that what is looked for is among them. */
export function useLinesFound(text: string): number {
  const { find } = useTranscript()
  if (!find) return 0
  const at = firstPlace(text, wordsOf(find))
  return at < 0 ? 0 : text.slice(0, at).split("\n").length
}
