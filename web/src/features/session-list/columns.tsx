import type { ComponentType } from "react"
import type { ColumnId } from "../../domain/list-columns"
import { agentName, type Session } from "../../domain/session"
import { kindLabel } from "../../domain/state-tone"
import { listWords } from "../../domain/words/list"
import { CostText, OwnerAvatar, StatusLabel, TokensText, ToolIcons } from "../session-facts"
import {
  CacheCell,
  CallsCell,
  ChannelCell,
  DurationCell,
  InitiativeCell,
  PlainTypeCell,
  StartedCell,
  TagsCell,
  UpdatedCell,
  WhereCell,
} from "./cells"
import { ProgressCell } from "./progress-cell"

export interface CellProps {
  session: Session
  compact: boolean
}

export interface Column {
  id: ColumnId
  /** Width in px; the one column without it takes the rest. */
  width?: number
  /** Numbers stand at the right, their head over the last digit. */
  number?: boolean
  /** The head is read, not seen: the cells say what they are. */
  silent?: boolean
  /** Name of the order in the API, and whether a first click starts from the top. */
  sort?: { by: string; firstDown: boolean }
  className?: string
  /** A cell that is no more than this number. */
  count?: (session: Session) => number
  /** The source and the acts are drawn by the row itself. */
  Cell?: ComponentType<CellProps>
}

const up = (by: string) => ({ by, firstDown: false })
const down = (by: string) => ({ by, firstDown: true })
const SMALL = "pr-2 text-small truncate"

/** All columns of the list, each in one place: width, order, how a cell looks. */
const ALL: Column[] = [
  { id: "status", width: 132, className: "pr-2", Cell: StatusLabel },
  { id: "source", sort: up("title"), className: "pr-4" },
  { id: "type", width: 76, className: `${SMALL} text-muted`, Cell: TypeCell },
  { id: "agent", width: 92, sort: up("agent"), className: SMALL, Cell: AgentCell },
  {
    id: "owner",
    width: 32,
    silent: true,
    className: "flex",
    Cell: ({ session }) => <OwnerAvatar owner={session.owner} />,
  },
  { id: "channel", width: 84, className: `${SMALL} text-muted`, Cell: ChannelCell },
  { id: "progress", width: 92, className: "pr-2 text-small", Cell: ProgressCell },
  {
    id: "tools",
    width: 88,
    Cell: ({ session }) => (
      <ToolIcons tools={session.tools ?? []} connectors={session.connectors ?? []} />
    ),
  },
  count("messages", 76, (session) => session.message_count),
  {
    id: "tokens_in",
    width: 60,
    number: true,
    sort: down("tokens_in"),
    Cell: ({ session }) => <TokensText session={session} side="in" />,
  },
  {
    id: "tokens_out",
    width: 56,
    number: true,
    sort: down("tokens_out"),
    Cell: ({ session }) => <TokensText session={session} side="out" />,
  },
  {
    id: "cache_read",
    width: 76,
    number: true,
    sort: down("cache_read"),
    Cell: CacheCell,
  },
  { id: "tool_calls", width: 48, number: true, sort: down("tool_calls"), Cell: CallsCell },
  {
    id: "cost",
    width: 60,
    number: true,
    sort: down("cost"),
    Cell: ({ session }) => <CostText session={session} />,
  },
  count("turns", 52, (session) => session.turn_count),
  count("errors", 56, (session) => session.error_count),
  { id: "initiative", width: 112, className: `${SMALL} pl-4`, Cell: InitiativeCell },
  { id: "tags", width: 128, className: "pr-2 pl-4", Cell: TagsCell },
  { id: "where", width: 148, className: `${SMALL} pl-4 text-muted`, Cell: WhereCell },
  {
    id: "started",
    width: 72,
    number: true,
    className: "whitespace-nowrap",
    sort: down("created_at"),
    Cell: StartedCell,
  },
  { id: "duration", width: 72, number: true, sort: down("duration"), Cell: DurationCell },
  {
    id: "updated",
    width: 72,
    number: true,
    className: "whitespace-nowrap",
    sort: down("updated_at"),
    Cell: UpdatedCell,
  },
  { id: "actions", width: 176, silent: true },
]

function count(id: ColumnId, width: number, of: (session: Session) => number): Column {
  return { id, width, number: true, sort: down(id), count: of }
}

function TypeCell({ session }: CellProps) {
  return kindLabel(session.kind)
}

function AgentCell({ session }: CellProps) {
  return <span data-tip={agentName(session)}>{agentName(session)}</span>
}

const BY_ID = new Map(ALL.map((column) => [column.id, column]))
const PLAIN_TYPE: Column = { ...(BY_ID.get("type") as Column), Cell: PlainTypeCell }

/** Least width of the column that takes the rest. */
const SOURCE_LEAST = 260

export function widthOf(id: ColumnId): number {
  return BY_ID.get(id)?.width ?? SOURCE_LEAST
}

/** The columns with these ids; with plain types, a session is a chat or an automation (S0-9). */
export function columnsOf(ids: readonly ColumnId[], plainTypes: boolean): Column[] {
  return ids.map((id) => (id === "type" && plainTypes ? PLAIN_TYPE : (BY_ID.get(id) as Column)))
}

/** The grid's tracks, as CSS takes them. */
export function tracksOf(columns: readonly Column[], selectable: boolean): string {
  const tracks = columns.map(({ width }) => (width ? `${width}px` : "minmax(0, 1fr)"))
  return [...(selectable ? ["28px"] : []), ...tracks].join(" ")
}

export function columnName(id: ColumnId): string {
  return (
    (listWords.list.longColumns as Partial<Record<ColumnId, string>>)[id] ??
    listWords.list.columns[id]
  )
}
