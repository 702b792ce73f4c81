import { useQuery } from "@tanstack/react-query"
import { Link, useRouterState } from "@tanstack/react-router"
import {
  Bookmark,
  Hand,
  type LucideIcon,
  MessagesSquare,
  Settings,
  ShieldCheck,
} from "lucide-react"
import { useMemo } from "react"
import { tabCounts } from "../../api/queries/facets"
import { views } from "../../api/queries/views"
import { me } from "../../api/queries/workspace"
import { formatCount, initials } from "../../domain/format"
import { sumOf, tabCount } from "../../domain/list-counts"
import { countsQuery, parseFilter } from "../../domain/list-filter"
import { AUDIT_VIEW, NEEDS_ME_VIEW, type SavedView, viewSearch } from "../../domain/list-view"
import { listWords } from "../../domain/words/list"
import { shellWords } from "../../domain/words/shell"
import { cx } from "../../ui/cx"
import { Avatar } from "../../ui/small"
import { currentTime } from "../../ui/ticker"
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
  const view = useOpenView()
  return (
    <nav
      aria-label={shellWords.nav.label}
      className="flex min-h-0 flex-col border-r border-line-soft bg-surface px-2 pb-2"
    >
      <div className="mb-2 flex h-11 items-center gap-2 px-2 font-semibold">
        <Mark />
        <span className="truncate" data-tip={data?.workspace.name ?? undefined}>
          {data?.workspace.name ?? shellWords.product}
        </span>
      </div>
      <Link
        to="/sessions"
        className={ENTRY}
        activeOptions={{ includeSearch: false }}
        activeProps={view ? {} : { className: CURRENT }}
      >
        <MessagesSquare className="icon" />
        {shellWords.nav.sessions}
      </Link>
      <Link to="/settings" className={ENTRY} activeProps={{ className: CURRENT }}>
        <Settings className="icon" />
        {shellWords.nav.settings}
      </Link>
      <SavedViews open={view} />
      <div className="mt-auto pt-2">
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

function useOpenView(): string | undefined {
  return useRouterState({
    select: ({ location }) => (location.search as Record<string, string | undefined>).view,
  })
}

const ICONS: Record<string, LucideIcon> = { [NEEDS_ME_VIEW]: Hand, [AUDIT_VIEW]: ShieldCheck }
/** Further views have no number: each is a request. */
const COUNTED = 6

/** Saved views of the list, the built-in ones first. */
function SavedViews({ open }: { open: string | undefined }) {
  const { data = [] } = useQuery(views)
  if (data.length === 0) return null
  return (
    <section aria-labelledby="saved-views" className="flex min-h-0 flex-col pt-5">
      <h2 id="saved-views" className="px-2 pb-1 text-meta text-faint">
        {listWords.savedView.label}
      </h2>
      <ul className="min-h-0 overflow-y-auto">
        {data.map((view, index) => (
          <ViewEntry
            key={view.id}
            view={view}
            current={view.id === open}
            counted={index < COUNTED}
          />
        ))}
      </ul>
    </section>
  )
}

interface EntryProps {
  view: SavedView
  current: boolean
  counted: boolean
}

function ViewEntry({ view, current, counted }: EntryProps) {
  const Icon = ICONS[view.id] ?? Bookmark
  return (
    <li>
      <Link
        to="/sessions"
        search={viewSearch(view)}
        aria-current={current ? "page" : undefined}
        activeProps={{ "aria-current": current ? "page" : undefined }}
        className={cx(
          "flex h-7 items-center gap-2 rounded-control px-2 text-small text-muted hover:bg-hover hover:text-fg",
          current && CURRENT,
        )}
      >
        <Icon className="icon s" />
        <span className="min-w-0 grow truncate" data-tip={view.name}>
          {view.name}
        </span>
        {counted && <ViewCount view={view} />}
      </Link>
    </li>
  )
}

/** How many a view shows: what its tab holds under its filters. */
function ViewCount({ view }: { view: SavedView }) {
  const filter = useMemo(() => parseFilter(viewSearch(view)), [view])
  const query = useMemo(
    () => countsQuery({ ...filter, withArchived: false }, currentTime()),
    [filter],
  )
  const { data } = useQuery(tabCounts(query))
  const tabs = filter.withArchived ? [filter.tab, "archived"] : [filter.tab]
  const found = tabs.flatMap((tab) => tabCount(data, tab) ?? [])
  if (found.length === 0) return null
  const { count, more } = sumOf(found)
  return (
    <span className="num text-meta text-faint">
      {more ? listWords.list.atLeast(count) : formatCount(count)}
    </span>
  )
}
