import {
  Bot,
  CircleHelp,
  Database,
  FilePen,
  FileText,
  GitPullRequest,
  Globe,
  Hash,
  Layers,
  ListTodo,
  type LucideIcon,
  Mail,
  Plug,
  Search,
  Terminal,
  Ticket,
  Wrench,
} from "lucide-react"
import { type ToolKind, toolMarks } from "../../domain/tool-kind"
import { cx } from "../../ui/cx"

const ICONS: Record<ToolKind, LucideIcon> = {
  terminal: Terminal,
  edit: FilePen,
  read: FileText,
  search: Search,
  web: Globe,
  agent: Bot,
  plan: ListTodo,
  question: CircleHelp,
  database: Database,
  git: GitPullRequest,
  chat: Hash,
  mail: Mail,
  cluster: Layers,
  ticket: Ticket,
  connector: Plug,
  tool: Wrench,
}

export function ToolIcon({ kind, className }: { kind: ToolKind; className?: string }) {
  const Icon = ICONS[kind]
  return <Icon className={cx("icon s", className)} />
}

const SHOWN = 4

interface Props {
  tools: readonly string[]
  connectors: readonly string[]
}

/** What a session touched: up to four icons with names, and how many more. */
export function ToolIcons({ tools, connectors }: Props) {
  const marks = toolMarks(tools, connectors)
  if (marks.length === 0) return null
  const rest = marks.slice(SHOWN)
  return (
    <span className="flex items-center gap-1 text-muted">
      {marks.slice(0, SHOWN).map((mark) => (
        <span
          key={mark.name}
          role="img"
          aria-label={mark.name}
          data-tip={mark.name}
          className="py-1"
        >
          <ToolIcon kind={mark.kind} />
        </span>
      ))}
      {rest.length > 0 && (
        <span className="text-meta" data-tip={rest.map((mark) => mark.name).join(", ")}>
          +{rest.length}
        </span>
      )}
    </span>
  )
}
