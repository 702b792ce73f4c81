import { createContext, useContext, useState } from "react"
import type { Session } from "../../domain/session"

/** What every card may ask for. */
export interface TranscriptContext {
  session: Session
  /** Whether the work goes on, so that an open call still runs. */
  live: boolean
  /** Cards that were opened or closed by hand; they stay so while rows come and go. */
  opened: Map<string, boolean>
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
  const [, render] = useState(0)
  const open = opened.get(key) ?? initially
  const toggle = () => {
    opened.set(key, !open)
    render((count) => count + 1)
  }
  return [open, toggle]
}
