import type { CSSProperties } from "react"
import { listWords } from "../../domain/words/list"
import { cx } from "../../ui/cx"
import type { TableItem } from "./table-items"

interface Props {
  item: Extract<TableItem, { type: "section" }>
  rowIndex: number
  style: CSSProperties
}

export function SectionHead({ item, rowIndex, style }: Props) {
  return (
    <div
      role="row"
      aria-rowindex={rowIndex}
      style={style}
      className="absolute top-0 left-0 flex h-9 w-full items-center gap-2 border-b border-line-soft bg-bg px-6 pt-2 text-small font-semibold max-md:h-8 max-md:px-4 max-md:pt-1 max-md:text-base in-[.compact]:h-8"
    >
      <span role="gridcell" className="flex min-w-0 gap-2">
        <span className={cx("shrink-0", item.id === "attention" && "tone-attention")}>
          {item.label}
        </span>
        <span className="num font-normal text-faint">{item.count}</span>
        {item.id === "active" && (
          <span className="truncate pl-1 font-normal text-faint">{listWords.list.activeHint}</span>
        )}
      </span>
    </div>
  )
}
