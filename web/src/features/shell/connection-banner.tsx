import { useQuery } from "@tanstack/react-query"
import { CloudOff, Pause, RefreshCw } from "lucide-react"
import { type ReactNode, useState } from "react"
import { retryLive, setPaused } from "../../api/live"
import { me } from "../../api/queries/workspace"
import { shellWords } from "../../domain/words/shell"
import { cx } from "../../ui/cx"
import { useSince } from "./connection-chip"
import { useCountdown } from "./countdown"
import { useLive } from "./use-live"

const say = shellWords.connection

function Strip(props: {
  icon: ReactNode
  lead: string
  text: string
  act: string
  onAct: () => void
  quiet?: boolean
}) {
  return (
    <div
      role="status"
      className={cx(
        "flex min-h-7 shrink-0 items-center gap-2 border-b border-line-soft px-6 text-small max-md:px-4",
        props.quiet ? "bg-selected" : "bg-tint-attention",
      )}
    >
      {props.icon}
      <span className="min-w-0">
        <span className="pr-2 font-medium">{props.lead}</span>
        <span className="num">{props.text}</span>
      </span>
      <button
        type="button"
        onClick={props.onAct}
        className="ml-auto min-h-6 shrink-0 font-medium text-accent"
      >
        {props.act}
      </button>
    </div>
  )
}

/** Below the top bar while what is on screen may be old, or the page itself is. */
export function ConnectionBanner() {
  const live = useLive()
  const since = useSince(live.since)
  const seconds = useCountdown(live.phase === "waiting" ? live.retryAt : null)
  if (live.phase === "paused") {
    return (
      <Strip
        quiet
        icon={<Pause className="icon s text-muted" />}
        lead={say.paused}
        text={say.pausedSince(since ?? "")}
        act={say.resumeNow}
        onAct={() => setPaused(false)}
      />
    )
  }
  if (live.phase === "waiting") {
    const text = [since ? say.showingSince(since) : "", say.tryingAgain(seconds)].join(" ").trim()
    return (
      <Strip
        icon={<CloudOff className="icon s tone-attention" />}
        lead={say.lost}
        text={text}
        act={say.retry}
        onAct={retryLive}
      />
    )
  }
  return <VersionBanner />
}

/** The page was built for the server it came from; a newer one is told, never forced. */
function VersionBanner() {
  const { data } = useQuery(me)
  const [first, setFirst] = useState<string | null>(null)
  if (data && first === null) setFirst(data.version)
  if (!data || first === null || first === data.version) return null
  return (
    <Strip
      quiet
      icon={<RefreshCw className="icon s text-muted" />}
      lead={say.newVersion}
      text=""
      act={say.reload}
      onAct={() => window.location.reload()}
    />
  )
}
