import type { ComponentType } from "react"
import type { CallEntry, EventEntry } from "../../domain/fold-transcript"

/**
 * Cards by event type: a file cards/<event-type>.tsx draws that type, a type without one gets
 * the generic card. Nothing else is edited for a new look.
 */
export interface CardProps<T extends CallEntry | EventEntry = EventEntry> {
  entry: T
}

// A card of a call gets a call; which one it is, is decided by the event type in its file name.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Card = ComponentType<CardProps<any>>

const found = import.meta.glob<{ default: Card }>("./cards/*.tsx", { eager: true })

const cards = new Map(
  Object.entries(found).map(([path, module]) => [
    path.slice("./cards/".length, -".tsx".length),
    module.default,
  ]),
)

export function cardOf(entry: CallEntry | EventEntry): Card {
  const type = entry.shape === "call" ? entry.call.use.type : entry.event.type
  return cards.get(type) ?? (cards.get("generic") as Card)
}
