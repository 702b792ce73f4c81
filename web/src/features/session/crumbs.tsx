import { Link } from "@tanstack/react-router"
import { ChevronLeft, ChevronRight } from "lucide-react"
import { agentName, type Session, titleOf } from "../../domain/session"
import { listWords } from "../../domain/words/list"
import { sessionWords } from "../../domain/words/session"
import { shellWords } from "../../domain/words/shell"
import { CopyButton } from "../../ui/copy"
import { usePhone } from "../../ui/media"

/** Where one is; on a phone, before the session is read, only the way back. */
export function Crumbs({ session }: { session: Session | null }) {
  const phone = usePhone()
  if (phone) {
    return (
      <Link to="/sessions" className="-ml-2 flex h-9 items-center gap-1 pr-2 text-muted">
        <ChevronLeft className="icon size-5!" />
        {shellWords.nav.sessions}
      </Link>
    )
  }
  return (
    <nav
      aria-label={shellWords.nav.breadcrumb}
      className="group flex min-w-0 items-center gap-1.5 text-muted"
    >
      <Link to="/sessions" className="hover:text-fg">
        {shellWords.nav.sessions}
      </Link>
      {session && (
        <>
          <Part />
          <Link
            to="/sessions"
            search={session.agent.id ? { agent: session.agent.id } : {}}
            className="max-w-48 shrink-0 truncate hover:text-fg"
          >
            {agentName(session)}
          </Link>
          {session.parent_id && (
            <>
              <Part />
              <Link
                to="/sessions/$key"
                params={{ key: session.parent_id }}
                className="whitespace-nowrap hover:text-fg"
              >
                {sessionWords.session.parent}
              </Link>
            </>
          )}
          <Part />
          <span aria-current="page" className="truncate text-fg">
            {titleOf(session)}
          </span>
          <CopyButton
            text={session.id}
            label={listWords.row.copyId}
            done={listWords.row.copied}
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
