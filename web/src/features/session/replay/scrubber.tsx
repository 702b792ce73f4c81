import { type KeyboardEvent, type PointerEvent, useRef } from "react"
import type { Mark, Outline } from "../../../domain/detail"
import { formatTime } from "../../../domain/format"
import { isAlert, placeOf, seqAt, turnAt, turnStep } from "../../../domain/replay"
import { detailWords } from "../../../domain/words/detail"
import { cx } from "../../../ui/cx"

const say = detailWords.replay

interface Props {
  outline: Outline
  at: number
  time: string | null
  last: number
  onAt: (seq: number) => void
}

/** The session as a track: how much happened when, what to look at, and where one is. */
export function Scrubber({ outline, at, time, last, onAt }: Props) {
  const track = useRef<HTMLDivElement>(null)
  const place = placeOf(outline, at)
  const valueText = say.valueText(at, turnAt(outline.marks, at), time ? formatTime(time) : "")

  const toPointer = (event: PointerEvent) => {
    const box = track.current?.getBoundingClientRect()
    if (box) onAt(seqAt(outline, (event.clientX - box.left) / box.width))
  }
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId)
    toPointer(event)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const to = keyTarget(event, outline, at, last)
    if (to === null) return
    event.preventDefault()
    onAt(to)
  }
  return (
    <div
      ref={track}
      role="slider"
      tabIndex={0}
      aria-label={say.position}
      aria-valuemin={1}
      aria-valuemax={last}
      aria-valuenow={at}
      aria-valuetext={valueText}
      onPointerDown={onPointerDown}
      onPointerMove={(event) => event.buttons === 1 && toPointer(event)}
      onKeyDown={onKeyDown}
      className="relative mx-2 h-10 min-w-30 grow cursor-pointer touch-none rounded-control outline-offset-[-2px] max-md:order-last max-md:basis-full"
    >
      <Density outline={outline} place={place} />
      {outline.marks.map((mark) => (
        <Tick key={mark.event_id + mark.mark} mark={mark} outline={outline} />
      ))}
      <span
        className="absolute inset-y-[3px] -ml-px w-0.5 rounded-full bg-accent after:absolute after:bottom-0 after:-left-[5px] after:size-3 after:rounded-full after:bg-accent after:shadow-[0_0_0_2px_var(--surface)]"
        style={{ left: `${place * 100}%` }}
      />
    </div>
  )
}

function keyTarget(
  event: KeyboardEvent,
  outline: Outline,
  at: number,
  last: number,
): number | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null
  const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key] as 1 | -1
  if (by) return event.shiftKey ? turnStep(outline, at, by) : at + by
  if (event.key === "Home") return 1
  if (event.key === "End") return last
  if (event.key === "PageUp") return at - 10
  return event.key === "PageDown" ? at + 10 : null
}

const TRACK_PX = 24

function Density({ outline, place }: { outline: Outline; place: number }) {
  const { buckets } = outline
  const most = buckets.reduce((high, bucket) => Math.max(high, bucket.events), 1)
  const seen = place * buckets.length
  return (
    <span
      aria-hidden="true"
      className="absolute inset-x-0 bottom-2 flex h-6 items-end border-b border-line"
    >
      {buckets.map((bucket, index) => (
        <i
          // biome-ignore lint/suspicious/noArrayIndexKey: bars of one track never move
          key={index}
          className={cx(
            "mr-px min-w-0 flex-1 rounded-t-[1px]",
            index < seen ? "bg-(--c6)" : "bg-line",
          )}
          style={{
            height:
              bucket.events === 0 ? 0 : Math.max(2, Math.sqrt(bucket.events / most) * TRACK_PX),
          }}
        />
      ))}
    </span>
  )
}

const LOOKS: Partial<Record<Mark["mark"], string>> = {
  error: "bg-problem",
  approval: "bg-attention-fill",
  compaction: "bg-fg",
  reset: "bg-fg",
  interrupt: "bg-fg",
}

function Tick({ mark, outline }: { mark: Mark; outline: Outline }) {
  return (
    <i
      aria-hidden="true"
      data-tip={mark.label}
      className={cx(
        "absolute bottom-0 w-0.5 rounded-full",
        isAlert(mark) ? "h-1.5" : "h-1",
        LOOKS[mark.mark] ?? "bg-(--c6)",
      )}
      style={{ left: `${placeOf(outline, mark.seq) * 100}%` }}
    />
  )
}
