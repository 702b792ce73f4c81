import { type LiveState, setPaused } from "../../api/live"
import { shellWords } from "../../domain/words/shell"
import { cx } from "../../ui/cx"
import { useTimed } from "../../ui/ticker"
import { useCountdown } from "./countdown"
import { useLive } from "./use-live"

const say = shellWords.connection
/** After this many tries in vain it is no hiccup any more. */
export const OFFLINE_AFTER = 4

/** Live, Reconnecting, Offline or Paused: a dot and a word. It pauses and resumes the updates. */
export function ConnectionChip({ className }: { className?: string }) {
  const live = useLive()
  const seconds = useCountdown(live.phase === "waiting" ? live.retryAt : null)
  const paused = live.phase === "paused"
  const { text, tone, hollow } = lookOf(live, seconds)
  return (
    <button
      type="button"
      data-tip={`${paused ? say.resume : say.pause} (⇧ L)`}
      onClick={() => setPaused(!paused)}
      className={cx(
        "flex h-8 items-center gap-2 rounded-control px-2 text-left hover:bg-hover pointer-coarse:h-11",
        className,
      )}
    >
      <span
        aria-hidden="true"
        className={cx(
          "mx-1 size-2 shrink-0 rounded-full border-2 border-current",
          tone,
          !hollow && "bg-current",
        )}
      />
      <span className={cx("num truncate", tone === "tone-attention" ? tone : "text-muted")}>
        {text}
      </span>
    </button>
  )
}

function lookOf(
  live: LiveState,
  seconds: number,
): { text: string; tone: string; hollow?: boolean } {
  if (live.phase === "live") return { text: say.live, tone: "tone-success" }
  if (live.phase === "paused") return { text: say.paused, tone: "tone-neutral", hollow: true }
  if (live.phase === "waiting") {
    if (live.attempt >= OFFLINE_AFTER) {
      return { text: say.offline, tone: "tone-attention", hollow: true }
    }
    return { text: say.reconnecting(seconds), tone: "tone-attention", hollow: true }
  }
  if (live.phase === "signed-out") {
    return { text: say.offline, tone: "tone-attention", hollow: true }
  }
  return { text: say.connecting, tone: "tone-neutral", hollow: true }
}

/** A clock text that stands still while the connection is lost: the time the data is from. */
export function useSince(since: number | null): string | null {
  return useTimed(() =>
    since === null
      ? ""
      : new Date(since).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" }),
  )
}
