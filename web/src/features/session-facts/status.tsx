import {
  Archive,
  Ban,
  CircleCheck,
  CircleDot,
  CircleHelp,
  CirclePause,
  CircleX,
  Clock,
  Hand,
  LoaderCircle,
  type LucideIcon,
  MessageCircleQuestionMark,
  Moon,
  OctagonPause,
  Square,
  Unplug,
} from "lucide-react"
import type { Session } from "../../domain/session"
import { type StatusIconName, statusLook } from "../../domain/state-tone"
import { cx } from "../../ui/cx"

const ICONS: Record<StatusIconName, LucideIcon> = {
  clock: Clock,
  loader: LoaderCircle,
  "circle-dot": CircleDot,
  hand: Hand,
  question: MessageCircleQuestionMark,
  pause: CirclePause,
  octagon: OctagonPause,
  unplug: Unplug,
  moon: Moon,
  check: CircleCheck,
  cross: CircleX,
  ban: Ban,
  square: Square,
  archive: Archive,
  help: CircleHelp,
}

type Status = Pick<Session, "display_status" | "tone">

export function StatusIcon({ session, large }: { session: Status; large?: boolean }) {
  const look = statusLook(session.display_status, session.tone)
  const Icon = ICONS[look.icon]
  const tone = look.quiet && look.tone === "active" ? "text-muted" : `tone-${look.tone}`
  return <Icon className={cx("icon", !large && "s", tone, look.pulse && "pulse")} />
}

/** Icon and word: a state is never told by colour alone. */
export function StatusLabel({ session, compact }: { session: Status; compact?: boolean }) {
  const look = statusLook(session.display_status, session.tone)
  const quiet = look.quiet || look.tone === "neutral"
  return (
    <span className="flex min-w-0 items-center gap-1.5 text-small">
      <StatusIcon session={session} />
      <span
        data-tip={compact ? look.label : undefined}
        className={cx(
          compact ? "truncate" : "leading-4",
          quiet ? "text-muted" : `font-medium tone-${look.tone}`,
        )}
      >
        {look.label}
      </span>
    </span>
  )
}

const BADGE: Record<string, string> = {
  active:
    "bg-tint-active shadow-[inset_0_0_0_1px_color-mix(in_oklab,var(--active)_24%,transparent)]",
  attention:
    "bg-tint-attention shadow-[inset_0_0_0_1px_color-mix(in_oklab,var(--attention)_24%,transparent)]",
  problem:
    "bg-tint-problem shadow-[inset_0_0_0_1px_color-mix(in_oklab,var(--problem)_24%,transparent)]",
  success:
    "bg-tint-success shadow-[inset_0_0_0_1px_color-mix(in_oklab,var(--success)_24%,transparent)]",
  neutral: "bg-selected shadow-[inset_0_0_0_1px_var(--line)]",
}

/** The status beside the title of an open session. */
export function StatusBadge({ session }: { session: Status }) {
  const look = statusLook(session.display_status, session.tone)
  return (
    <span
      className={cx(
        "inline-flex h-6 shrink-0 items-center gap-1.5 rounded-control px-2 text-small font-medium",
        BADGE[look.tone],
      )}
    >
      <StatusIcon session={session} />
      {look.label}
    </span>
  )
}
