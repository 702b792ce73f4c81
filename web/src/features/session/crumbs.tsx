import { Link } from "@tanstack/react-router"
import { ChevronLeft, ChevronRight } from "lucide-react"
import { type Session, titleOf } from "../../domain/session"
import { words } from "../../domain/words"
import { CopyButton } from "../../ui/copy"
import { usePhone } from "../../ui/media"

/** Where one is; on a phone, before the session is read, only the way back. */
export function Crumbs({ session }: { session: Session | null }) {
  const phone = usePhone()
  if (phone) {
    return (
      <Link to="/sessions" className="-ml-2 flex h-9 items-center gap-1 pr-2 text-muted">
        <ChevronLeft className="icon size-5!" />
        {words.nav.sessions}
      </Link>
    )
  }
  return (
    <nav
      aria-label={words.nav.breadcrumb}
      className="group flex min-w-0 items-center gap-1.5 text-muted"
    >
      <Link to="/sessions" className="hover:text-fg">
        {words.nav.sessions}
      </Link>
      {session && (
        <>
          <Part />
          <Link
            to="/sessions"
            search={{ agent: session.agent.id }}
            className="whitespace-nowrap hover:text-fg"
          >
            {session.agent.name}
          </Link>
          {session.parent_id && (
            <>
              <Part />
              <Link
                to="/sessions/$key"
                params={{ key: session.parent_id }}
                className="whitespace-nowrap hover:text-fg"
              >
                {words.session.parent}
              </Link>
            </>
          )}
          <Part />
          <span aria-current="page" className="truncate text-fg">
            {titleOf(session)}
          </span>
          <CopyButton
            text={session.id}
            label={words.row.copyId}
            done={words.row.copied}
            className="opacity-0 group-hover:opacity-100 focus-visible:opacity-100"
          />
        </>
      )}
    </nav>
  )
}

function Part() {
  return <ChevronRight aria-hidden="true" className="icon xs text-faint" />
}
