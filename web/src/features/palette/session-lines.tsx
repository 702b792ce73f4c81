import { Command as Cmdk } from "cmdk"
import type { Hit } from "../../api/queries/search"
import { rowStore } from "../../api/row-store"
import { type AgentRef, agentName, type Session, titleOf } from "../../domain/session"
import { paletteWords } from "../../domain/words/palette"
import { Age, StatusIcon } from "../session-facts"
import { type MarkedPart, markTyped } from "./mark"
import { Marked } from "./marked"
import type { Hits } from "./use-hits"

const say = paletteWords.palette
const RECENT = 5

interface Props {
  typed: string
  hits: Hits
  onOpen: (id: string, event: string | null) => void
}

/** Sessions to jump to: what was found, or before anything is typed the newest ones known. */
export function SessionLines({ typed, hits, onOpen }: Props) {
  if (typed.trim() === "") {
    const rows = rowStore.newest(RECENT)
    if (rows.length === 0) return null
    return (
      <Cmdk.Group heading={say.recent}>
        {rows.map((row) => (
          <Line
            key={row.id}
            session={row}
            parts={[{ text: titleOf(row), hit: false }]}
            onOpen={onOpen}
          />
        ))}
      </Cmdk.Group>
    )
  }
  if (hits.hits.length === 0) return null
  return (
    <Cmdk.Group heading={say.sessions}>
      {hits.hits.map((hit) => (
        <Line
          key={hit.session_id}
          session={{ ...hit.session, id: hit.session_id }}
          parts={partsOf(hit, typed)}
          event={hit.event_id}
          onOpen={onOpen}
        />
      ))}
    </Cmdk.Group>
  )
}

/** The title with its match; where only something said matched, a piece of that behind it. */
function partsOf(hit: Hit, typed: string): MarkedPart[] {
  const title = markTyped(titleOf(hit.session), typed)
  if (title.some((part) => part.hit) || hit.parts.length === 0) return title
  return [...title, { text: "  ", hit: false }, ...hit.parts]
}

type Named = Pick<Session, "id" | "display_status" | "tone" | "updated_at"> & {
  agent: Pick<AgentRef, "id" | "name">
}

interface LineProps {
  session: Named
  parts: MarkedPart[]
  event?: string | null
  onOpen: Props["onOpen"]
}

function Line({ session, parts, event = null, onOpen }: LineProps) {
  return (
    <Cmdk.Item value={session.id} onSelect={() => onOpen(session.id, event)}>
      <StatusIcon session={session} large />
      <span className="min-w-0 grow truncate whitespace-pre">
        <Marked parts={parts} />
      </span>
      <span className="shrink-0 text-small text-muted max-md:hidden">
        {agentName(session)}, <Age at={session.updated_at} />
      </span>
    </Cmdk.Item>
  )
}
