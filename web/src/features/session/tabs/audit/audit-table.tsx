import {
  Bot,
  ChevronDown,
  ChevronRight,
  Cog,
  KeyRound,
  type LucideIcon,
  UserRound,
} from "lucide-react"
import { Fragment, useState } from "react"
import type { AuditEntry } from "../../../../domain/detail"
import { UNKNOWN } from "../../../../domain/format"
import { fieldsIn, known } from "../../../../domain/reading"
import { shellWords } from "../../../../domain/words/shell"
import { auditWords } from "../../../../domain/words/views"
import { CopyButton } from "../../../../ui/copy"
import { cx } from "../../../../ui/cx"
import { Moment, Pieces } from "../../../session-facts"

const say = auditWords

/** Acts on the session, newest first; each opens to all that was kept of it. */
export function AuditTable({ entries }: { entries: readonly AuditEntry[] }) {
  const [open, setOpen] = useState<string | null>(null)
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-small">
        <thead>
          <tr className="h-8 border-b border-line-soft text-left text-meta text-faint *:font-normal">
            <th scope="col" className="w-36 max-md:w-28">
              {say.time}
            </th>
            <th scope="col" className="w-56 max-md:w-auto">
              {say.actor}
            </th>
            <th scope="col" className="w-44 max-md:w-auto">
              {say.action}
            </th>
            <th scope="col" className="max-md:hidden">
              {say.details}
            </th>
            <th scope="col" className="w-8" />
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <Fragment key={entry.id}>
              <Line
                entry={entry}
                open={open === entry.id}
                onToggle={() => setOpen(open === entry.id ? null : entry.id)}
              />
              {open === entry.id && <Receipt entry={entry} />}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface LineProps {
  entry: AuditEntry
  open: boolean
  onToggle: () => void
}

function Line({ entry, open, onToggle }: LineProps) {
  const Chevron = open ? ChevronDown : ChevronRight
  const action = known(say.actions, entry.action) ?? entry.action
  return (
    <tr className={cx("h-9 border-b border-line-soft", open ? "bg-selected" : "hover:bg-hover")}>
      <td className="num whitespace-nowrap text-muted">
        <Moment at={entry.at} />
      </td>
      <td>
        <ActorText entry={entry} />
      </td>
      <td className="pr-4">{action}</td>
      <td
        className="max-w-0 truncate pr-4 text-muted max-md:hidden"
        data-tip={detailText(entry.detail)}
      >
        <Pieces text={detailText(entry.detail)} code="none" />
      </td>
      <td className="text-right">
        <button
          type="button"
          aria-expanded={open}
          aria-label={action}
          onClick={onToggle}
          className="grid size-6 place-items-center rounded-chip text-faint hover:text-fg pointer-coarse:size-9"
        >
          <Chevron className="icon s" />
        </button>
      </td>
    </tr>
  )
}

const ACTORS: Record<string, LucideIcon> = {
  person: UserRound,
  api_key: KeyRound,
  key: KeyRound,
  agent: Bot,
}

function ActorText({ entry }: { entry: AuditEntry }) {
  const { actor } = entry
  const Icon = known(ACTORS, actor?.type) ?? Cog
  return (
    <span className="flex items-center gap-2 pr-4">
      <Icon className="icon s text-muted" />
      <span className="truncate font-medium">{actor?.name ?? actor?.id ?? say.unknownActor}</span>
      <span className="text-muted max-md:hidden">
        {known(say.actors, actor?.type) ?? actor?.type}
      </span>
    </span>
  )
}

/** The fields of an entry on one line. */
function detailText(detail: unknown): string {
  if (typeof detail === "string") return detail
  return Object.entries(fieldsIn(detail))
    .map(([name, value]) => `${name.replace(/_/g, " ")}: ${plain(value)}`)
    .join(", ")
}

const plain = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value))

function Receipt({ entry }: { entry: AuditEntry }) {
  const text = () => JSON.stringify(entry, null, 2)
  return (
    <tr className="border-b border-line-soft bg-surface">
      <td colSpan={5} className="px-4 py-3">
        <div className="flex gap-4">
          <dl className="grid min-w-0 grow grid-cols-[80px_minmax(0,1fr)] gap-y-1">
            <dt className="text-faint">{say.entry}</dt>
            <dd className="font-mono wrap-anywhere">{entry.id}</dd>
            <dt className="text-faint">{say.request}</dt>
            <dd className="font-mono wrap-anywhere">{entry.request_id ?? UNKNOWN}</dd>
            <dt className="text-faint">{say.details}</dt>
            <dd className="font-mono wrap-anywhere whitespace-pre-wrap">
              <Pieces text={JSON.stringify(entry.detail, null, 2) ?? UNKNOWN} code="none" />
            </dd>
          </dl>
          <CopyButton text={text} label={say.receipt} done={shellWords.copy.done} />
        </div>
      </td>
    </tr>
  )
}
