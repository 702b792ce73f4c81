import { useQuery } from "@tanstack/react-query"
import { ChevronFirst, ChevronLast, Pause, Play, SkipBack, SkipForward } from "lucide-react"
import { outlineOf } from "../../../api/queries/detail"
import type { Outline } from "../../../domain/detail"
import { formatCount, formatTime } from "../../../domain/format"
import { SPEEDS, turnStep } from "../../../domain/replay"
import { detailWords } from "../../../domain/words/detail"
import { shellWords } from "../../../domain/words/shell"
import { Button, IconButton } from "../../../ui/button"
import { type Hotkeys, useHotkeys } from "../../../ui/hotkeys"
import { Segments } from "../../../ui/segments"
import { Scrubber } from "./scrubber"
import { useEventTime } from "./use-event-time"
import { usePlayback } from "./use-playback"

const say = detailWords.replay

interface Props {
  sessionId: string
  at: number
  last: number
  onAt: (seq: number | null) => void
}

/** The strip under the tabs: where one is in the session, and the way through it. */
export default function ReplayStrip({ sessionId, at, last, onAt }: Props) {
  const { data: outline, error, refetch } = useQuery(outlineOf(sessionId))
  const go = (seq: number) => onAt(Math.min(Math.max(1, seq), last))
  const playback = usePlayback({ sessionId, at, last, onAt: go })
  const time = useEventTime(sessionId, at)
  useHotkeys(outline ? replayKeys(outline, at, last, go) : {})
  if (error) {
    return (
      <div
        role="alert"
        className="flex h-10 shrink-0 items-center gap-3 border-b border-line-soft bg-surface px-6 text-small text-problem max-md:px-4"
      >
        {say.failed}: {error.message}
        <Button size="row" onClick={() => void refetch()}>
          {shellWords.error.retry}
        </Button>
      </div>
    )
  }
  return (
    <section
      aria-label={say.label}
      className="flex h-10 shrink-0 items-center gap-2 border-b border-line-soft bg-surface pr-6 pl-4 text-small max-md:h-auto max-md:flex-wrap max-md:px-2 max-md:py-1"
    >
      <span className="flex shrink-0 items-center">
        <Step label={say.first} icon={ChevronFirst} onAct={() => go(1)} off={at <= 1} />
        <Step label={say.back} icon={SkipBack} onAct={() => go(at - 1)} off={at <= 1} />
        <IconButton
          look="plain"
          label={playback.playing ? say.pause : say.play}
          onClick={playback.toggle}
        >
          {playback.playing ? <Pause className="icon s" /> : <Play className="icon s" />}
        </IconButton>
        <Step label={say.forward} icon={SkipForward} onAct={() => go(at + 1)} off={at >= last} />
        <Step label={say.last} icon={ChevronLast} onAct={() => go(last)} off={at >= last} />
      </span>
      <Segments
        label={say.speed}
        choices={SPEEDS.map((speed) => [String(speed), say.times(speed)] as const)}
        value={String(playback.speed)}
        onChange={(speed) => playback.setSpeed(SPEEDS.find((one) => String(one) === speed) ?? 1)}
      />
      <label className="flex shrink-0 items-center gap-1.5 px-1 max-[1100px]:hidden">
        <input
          type="checkbox"
          className="size-3.5 accent-(--accent)"
          checked={playback.skipIdle}
          onChange={(event) => playback.setSkipIdle(event.target.checked)}
        />
        {say.skipIdle}
      </label>
      {outline ? (
        <Scrubber outline={outline} at={at} time={time} last={last} onAt={go} />
      ) : (
        <span className="grow" role="status">
          <span className="sr-only">{say.loading}</span>
        </span>
      )}
      <span className="num min-w-34 shrink-0 text-right text-muted max-md:min-w-0">
        <b className="font-semibold text-fg">{formatCount(at)}</b>{" "}
        {say.of(formatCount(last), time ? formatTime(time) : detailWords.detail.loading)}
      </span>
    </section>
  )
}

function replayKeys(
  outline: Outline,
  at: number,
  last: number,
  go: (seq: number) => void,
): Hotkeys {
  const step = (by: 1 | -1) => (event: KeyboardEvent) =>
    go(event.shiftKey ? turnStep(outline, at, by) : at + by)
  return Object.fromEntries([
    ["ArrowRight", step(1)],
    ["ArrowLeft", step(-1)],
    ["Home", () => go(1)],
    ["End", () => go(last)],
  ])
}

interface StepProps {
  label: string
  icon: typeof Play
  onAct: () => void
  off: boolean
}

function Step({ label, icon: Icon, onAct, off }: StepProps) {
  return (
    <IconButton
      label={label}
      onClick={onAct}
      disabled={off}
      className="disabled:border-transparent"
    >
      <Icon className="icon s" />
    </IconButton>
  )
}
