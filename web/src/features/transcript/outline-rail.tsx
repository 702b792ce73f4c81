import { useVirtualizer } from "@tanstack/react-virtual"
import { CircleX, FileDiff, FoldVertical, type LucideIcon, OctagonX, RotateCcw } from "lucide-react"
import { useEffect, useRef } from "react"
import type { Mark } from "../../domain/detail"
import { plainLine } from "../../domain/inline-text"
import { currentItem, type OutlineItem } from "../../domain/outline"
import { detailWords } from "../../domain/words/detail"
import { transcriptWords } from "../../domain/words/transcript"
import { cx } from "../../ui/cx"
import { Clock } from "../session-facts"

const ICONS: Partial<Record<OutlineItem["kind"], LucideIcon>> = {
  failed: CircleX,
  edit: FileDiff,
  compacted: FoldVertical,
  interrupted: OctagonX,
  reset: RotateCcw,
  error: CircleX,
}
const PROBLEM = new Set<OutlineItem["kind"]>(["failed", "error"])
/** These stand beside turns, not inside one. */
const TOP = new Set<OutlineItem["kind"]>(["turn", "compacted", "reset"])

interface Props {
  items: readonly OutlineItem[]
  /** Index of the first entry in view. */
  at: number
  onGo: (index: number) => void
  /** What comes after the replayed event: told, and not gone to. */
  later?: readonly Mark[]
}

const LINE = 28
const TWO_LINES = 44
/** More than this does not fit on one line beside the clock. */
const LONG = 24

const heightOf = (item: OutlineItem | undefined) =>
  item?.kind === "turn" && item.label.length > LONG ? TWO_LINES : LINE

/** Beside the transcript: where one is, and what is worth going to. */
export function OutlineRail({ items, at, onGo, later = [] }: Props) {
  const rail = useRef<HTMLElement>(null)
  const current = currentItem(items, at)
  const currentIndex = items.findIndex((item) => item.key === current)
  const virtualizer = useVirtualizer<HTMLElement, Element>({
    count: items.length,
    getScrollElement: () => rail.current,
    estimateSize: (index) => heightOf(items[index]),
    getItemKey: (index) => items[index]?.key ?? index,
    overscan: 4,
    paddingEnd: 24,
    scrollMargin: HEAD,
    scrollPaddingStart: HEAD,
  })
  useEffect(() => {
    if (currentIndex >= 0) virtualizer.scrollToIndex(currentIndex, { align: "auto" })
  }, [currentIndex, virtualizer])
  return (
    <nav
      ref={rail}
      aria-label={transcriptWords.outline}
      className="absolute inset-y-0 left-[calc(844px+clamp(16px,100cqw-1108px,56px))] w-[min(240px,100cqw-876px)] overflow-y-auto text-small"
    >
      <h2 className="sticky top-0 z-(--z-sticky) h-10 bg-bg px-2 pt-4 text-meta text-faint">
        {transcriptWords.outline}
      </h2>
      <ol className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((line) => {
          const item = items[line.index]
          if (!item) return null
          return (
            <li
              key={line.key}
              className="absolute top-0 left-0 w-full"
              style={{ transform: `translateY(${line.start - HEAD}px)` }}
            >
              <OutlineLine item={item} current={item.key === current} onGo={onGo} />
            </li>
          )
        })}
      </ol>
      {later.length > 0 && <Later marks={later} />}
    </nav>
  )
}

const MOST_LATER = 60

function Later({ marks }: { marks: readonly Mark[] }) {
  return (
    <section className="pb-6">
      <h3 className="px-2 pb-1 text-meta text-faint">{detailWords.replay.later}</h3>
      <ol>
        {marks
          .filter((mark) => mark.label)
          .slice(0, MOST_LATER)
          .map((mark) => (
            <li
              key={mark.event_id + mark.mark}
              className="flex h-7 items-center gap-2 px-2 text-faint"
            >
              <span className="min-w-0 grow truncate" data-tip={mark.label}>
                {plainLine(mark.label)}
              </span>
              <Clock at={mark.at} className="num shrink-0 text-meta" />
            </li>
          ))}
      </ol>
    </section>
  )
}

const HEAD = 40

interface LineProps {
  item: OutlineItem
  current: boolean
  onGo: (index: number) => void
}

function OutlineLine({ item, current, onGo }: LineProps) {
  const Icon = ICONS[item.kind]
  const top = TOP.has(item.kind)
  return (
    <button
      type="button"
      aria-current={current ? "location" : undefined}
      onClick={() => onGo(item.at)}
      style={{ height: heightOf(item) }}
      className={cx(
        "flex w-full items-center gap-2 rounded-control px-2 text-left outline-offset-[-2px] hover:bg-hover",
        current ? "bg-selected! font-medium text-fg" : "text-muted",
        !top && "pl-6",
      )}
    >
      {Icon && <Icon className={cx("icon s", PROBLEM.has(item.kind) && "tone-problem")} />}
      <span
        className={cx("min-w-0 grow", top ? "line-clamp-2 leading-4" : "truncate")}
        data-tip={item.label}
      >
        {item.label}
      </span>
      {item.note && <span className="shrink-0 font-medium text-problem">{item.note}</span>}
      {top && <Clock at={item.time} className="num shrink-0 text-meta font-normal text-faint" />}
    </button>
  )
}
