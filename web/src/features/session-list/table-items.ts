import type { Order, SectionId } from "../../domain/list-order"
import { listWords } from "../../domain/words/list"

/** The order as lines to draw: section heads and rows. */
export type TableItem =
  | { type: "section"; id: SectionId; label: string; count: string }
  | { type: "row"; id: string; section: SectionId }

interface Options {
  hasMore: boolean
  /** While sessions are imported, the last section fills as they arrive. */
  arriving: boolean
}

export function tableItems(order: Order, options: Options): TableItem[] {
  return order.flatMap((section, index): TableItem[] => {
    const rows = section.ids.map((id): TableItem => ({ type: "row", id, section: section.id }))
    if (section.id === "all") return rows
    const last = index === order.length - 1
    const open = last && options.hasMore
    const label =
      section.id === "recent" && options.arriving
        ? listWords.list.arriving
        : listWords.list.sections[section.id]
    const count = section.ids.length
    const text = open ? listWords.list.atLeast(count) : count.toLocaleString("en-US")
    return [{ type: "section", id: section.id, label, count: text }, ...rows]
  })
}

export function rowIds(items: readonly TableItem[]): string[] {
  return items.flatMap((item) => (item.type === "row" ? [item.id] : []))
}
