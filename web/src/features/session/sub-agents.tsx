import { useQuery } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { ChevronDown } from "lucide-react"
import { childSessions } from "../../api/queries/sessions"
import { formatCost } from "../../domain/format"
import { type Session, titleOf } from "../../domain/session"
import { statusLook } from "../../domain/state-tone"
import { sessionWords } from "../../domain/words/session"
import { shellWords } from "../../domain/words/shell"
import { Menu } from "../../ui/menu"

/** The sessions this one started, each with its state and cost. */
export function SubAgents({ session }: { session: Session }) {
  const navigate = useNavigate()
  const count = session.children?.count ?? 0
  const { data } = useQuery(childSessions(session.id, count))
  const items = (data ?? []).map((child) => ({
    id: child.id,
    label: titleOf(child),
    hint: `${statusLook(child.display_status, child.tone).label}, ${formatCost(child.cost_micros)}`,
    onSelect: () => void navigate({ to: "/sessions/$key", params: { key: child.id } }),
  }))
  return (
    <Menu
      label={sessionWords.session.subAgents}
      items={items}
      empty={shellWords.loading.page}
      trigger={(props) => (
        <button
          type="button"
          {...props}
          className="-mx-1 flex items-center gap-1 rounded-chip px-1 text-accent hover:bg-hover"
        >
          {count}
          <ChevronDown className="icon xs" />
        </button>
      )}
    />
  )
}
