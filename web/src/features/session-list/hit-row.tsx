import { Link } from "@tanstack/react-router"
import type { Hit } from "../../api/queries/search"
import { known } from "../../domain/reading"
import { agentName, titleOf } from "../../domain/session"
import { kindLabel } from "../../domain/state-tone"
import { listWords } from "../../domain/words/list"
import { sessionWords } from "../../domain/words/session"
import { Age, StatusLabel, useSessionRow } from "../session-facts"

const say = listWords.listSearch

/** A session with the words that were found in it; it opens at the event that holds them. */
export function HitRow({ hit }: { hit: Hit }) {
  const live = useSessionRow(hit.session_id)
  const { session } = hit
  const channel =
    session.channel && (known<string>(sessionWords.channel, session.channel) ?? session.channel)
  const title = titleOf(session)
  return (
    <li className="session-row relative grid grid-cols-[156px_minmax(0,1fr)_84px_100px_84px_56px] items-center px-6 py-1 max-lg:grid-cols-[156px_minmax(0,1fr)_100px_56px] max-md:grid-cols-[minmax(0,1fr)_auto] max-md:gap-y-0.5 max-md:px-4 max-md:py-2.5">
      <span className="pr-2 max-md:order-3">
        <StatusLabel session={live ?? session} />
      </span>
      <span className="min-w-0 pr-4 max-md:order-1">
        <Link
          data-hit
          to="/sessions/$key"
          params={{ key: hit.session_id }}
          search={hit.event_id ? { event: hit.event_id } : {}}
          data-tip={title}
          className="block truncate leading-4.5 font-medium after:absolute after:inset-0"
        >
          {hit.matched === "title" && hit.parts.length > 0 ? <Marked hit={hit} /> : title}
        </Link>
        <Snippet hit={hit} />
      </span>
      <span className="truncate pr-2 text-small text-muted max-lg:hidden">
        {kindLabel(session.kind)}
      </span>
      <span
        className="truncate pr-2 text-small max-md:order-4 max-md:pr-0 max-md:text-muted"
        data-tip={agentName(session)}
      >
        {agentName(session)}
      </span>
      <span className="truncate pr-2 text-small text-muted max-lg:hidden">{channel}</span>
      <span className="num text-right text-small text-muted max-md:order-2">
        <Age at={hit.created_at} />
      </span>
    </li>
  )
}

/** Where it was found, and the words around it. */
function Snippet({ hit }: { hit: Hit }) {
  if (hit.matched === "title" || hit.parts.length === 0) return null
  const where =
    hit.matched === "event"
      ? (hit.tool ?? known<string>(say.roles, hit.role))
      : known<string>(say.matched, hit.matched)
  return (
    <span className="block truncate text-small text-muted" data-tip={hit.snippet}>
      {where && !hit.snippet.startsWith(where) && <span className="text-faint">{where}: </span>}
      <Marked hit={hit} />
    </span>
  )
}

function Marked({ hit }: { hit: Hit }) {
  return hit.parts.map((part, index) =>
    part.hit ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never move
      <mark key={index} className="rounded-[3px] bg-tint-accent font-medium text-fg">
        {part.text}
      </mark>
    ) : (
      part.text
    ),
  )
}
