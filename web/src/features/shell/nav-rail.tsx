import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { MessagesSquare } from "lucide-react"
import { me } from "../../api/queries/workspace"
import { initials } from "../../domain/format"
import { words } from "../../domain/words"
import { Avatar } from "../../ui/small"
import { ConnectionChip } from "./connection-chip"

export function Mark() {
  return (
    <span className="grid size-5 shrink-0 place-items-center rounded-[5px] bg-primary text-on-primary">
      <svg
        viewBox="0 0 24 24"
        aria-hidden="true"
        className="icon s"
        fill="none"
        stroke="currentColor"
      >
        <path d="M6 5v14M18 5v14M6 12h12" strokeWidth="2.25" strokeLinecap="round" />
      </svg>
    </span>
  )
}

const ENTRY =
  "flex h-8 items-center gap-2 rounded-control px-2 text-muted hover:bg-hover hover:text-fg"
const CURRENT = "bg-[light-dark(oklch(.94_.005_260),oklch(.25_.011_260))]! font-medium text-fg!"

export function NavRail() {
  const { data } = useQuery(me)
  return (
    <nav
      aria-label={words.nav.label}
      className="flex min-h-0 flex-col border-r border-line-soft bg-surface px-2 pb-2"
    >
      <div className="mb-2 flex h-11 items-center gap-2 px-2 font-semibold">
        <Mark />
        <span className="truncate" data-tip={data?.workspace.name ?? undefined}>
          {data?.workspace.name ?? words.product}
        </span>
      </div>
      <Link to="/sessions" className={ENTRY} activeProps={{ className: CURRENT }}>
        <MessagesSquare className="icon" />
        {words.nav.sessions}
      </Link>
      <div className="mt-auto">
        <ConnectionChip className="w-full" />
        {data?.user && (
          <p className="flex h-8 items-center gap-2 px-2 text-muted">
            <Avatar letters={initials(data.user.name)} name={data.user.name} />
            <span className="truncate">{data.user.name}</span>
          </p>
        )}
      </div>
    </nav>
  )
}
