import { Link } from "@tanstack/react-router"
import { ArrowUpRight } from "lucide-react"
import { useState } from "react"
import { connectorOf, contentOf, textOf, toolName } from "../../domain/event"
import { type Call, type CallStatus, hasFailed } from "../../domain/tool-call"
import { argumentLine, startsAgent, toolKind } from "../../domain/tool-kind"
import { shellWords } from "../../domain/words/shell"
import { transcriptWords } from "../../domain/words/transcript"
import { CopyButton } from "../../ui/copy"
import { cx } from "../../ui/cx"
import { ResultBlock } from "./content"
import { DiffBlock } from "./diff-block"
import JsonTree from "./json-tree"
import { Markdown } from "./markdown"
import { EventLinkButton } from "./message-acts"
import { SubAgent } from "./sub-agent"

const say = transcriptWords.tool
type View = "output" | "arguments" | "raw"

const UNANSWERED: Partial<Record<CallStatus, string>> = {
  running: say.running,
  waiting: say.waiting,
}

/** Output first; arguments and the events themselves one click away. */
export default function ToolBody({ call }: { call: Call }) {
  const [view, setView] = useState<View>("output")
  return (
    <>
      {view === "output" && call.childId && <SubAgent sessionId={call.childId} />}
      {view === "output" && <Output call={call} />}
      {view === "arguments" && <Arguments call={call} />}
      {view === "raw" && (
        <JsonTree value={[call.use, call.result, ...call.edits].filter(Boolean)} />
      )}
      <Footer call={call} view={view} onView={setView} />
    </>
  )
}

function Output({ call }: { call: Call }) {
  const failed = hasFailed(call)
  if (call.edits.length > 0 && !failed) {
    return call.edits.map((edit) => (
      <DiffBlock key={edit.id} edit={edit} titled={call.edits.length > 1} />
    ))
  }
  if (!call.result) return <Note>{UNANSWERED[call.status] ?? say.noResult}</Note>
  const blocks = contentOf(call.result)
  const name = toolName(call.use)
  if (startsAgent(name) && !failed) {
    return (
      <div className="border-t border-line-soft px-3 py-2">
        <Markdown text={textOf(call.result)} />
      </div>
    )
  }
  if (blocks.every((block) => block.type === "text" && !textOf(call.result as never))) {
    return <Note>{say.noOutput}</Note>
  }
  const command = toolKind(name) === "terminal" ? argumentLine(call.use.input) : undefined
  return blocks.map((block, index) => (
    <ResultBlock
      // biome-ignore lint/suspicious/noArrayIndexKey: blocks of one result never move
      key={index}
      block={block}
      problem={failed}
      command={index === 0 ? command : undefined}
      markdown={givesMarkdown(call)}
    />
  ))
}

/** Pages that were fetched, and files of that kind. */
function givesMarkdown(call: Call): boolean {
  const kind = toolKind(toolName(call.use), connectorOf(call.use))
  if (kind === "web") return true
  return kind === "read" && /\.(md|markdown)$/i.test(argumentLine(call.use.input))
}

function Arguments({ call }: { call: Call }) {
  const { input } = call.use
  const empty =
    input === undefined ||
    input === null ||
    (typeof input === "object" && Object.keys(input).length === 0)
  return empty ? <Note>{say.noArguments}</Note> : <JsonTree value={input} />
}

function Note({ children }: { children: string }) {
  return <p className="border-t border-line-soft px-3 py-2 text-small text-muted">{children}</p>
}

const VIEWS: View[] = ["output", "arguments", "raw"]

interface FooterProps {
  call: Call
  view: View
  onView: (view: View) => void
}

function Footer({ call, view, onView }: FooterProps) {
  const shown = { output: call.result, arguments: call.use.input, raw: call }[view]
  const text = () =>
    view === "output" && call.result ? textOf(call.result) : JSON.stringify(shown, null, 2)
  return (
    <div className="flex h-8 items-center gap-1 border-t border-line-soft bg-surface px-1.5 text-small pointer-coarse:h-10">
      {VIEWS.map((id) => (
        <button
          key={id}
          type="button"
          aria-pressed={view === id}
          onClick={() => onView(id)}
          className={cx(
            "h-6 rounded-chip px-1.5 pointer-coarse:h-8",
            view === id ? "font-medium text-fg" : "text-muted hover:text-fg",
          )}
        >
          {say[id]}
        </button>
      ))}
      <span className="grow" />
      <CallType call={call} />
      {call.childId && (
        <Link
          to="/sessions/$key"
          params={{ key: call.childId }}
          className="flex h-6 items-center gap-1 px-1.5 text-accent"
        >
          {say.openChild}
          <ArrowUpRight className="icon s" />
        </Link>
      )}
      <EventLinkButton event={call.use} />
      <CopyButton text={text} label={shellWords.copy.label} done={shellWords.copy.done} />
    </div>
  )
}

/** Connector and call type, where they are told. */
function CallType({ call }: { call: Call }) {
  const connector = connectorOf(call.use)
  const type = call.use.call_type
  const told = [
    connector,
    type === "search" ? say.callSearch : type === "direct" ? say.callDirect : null,
  ]
  const text = told.filter(Boolean).join(", ")
  return text ? <span className="truncate px-1.5 text-faint max-md:hidden">{text}</span> : null
}
