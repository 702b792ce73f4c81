import { useNavigate } from "@tanstack/react-router"
import { Command as Cmdk } from "cmdk"
import { Search } from "lucide-react"
import { type KeyboardEvent, useEffect, useRef, useState } from "react"
import type { Session } from "../../domain/session"
import { paletteWords } from "../../domain/words/palette"
import { Kbd } from "../../ui/small"
import type { SessionActs } from "../session-actions"
import { CommandLine } from "./command-line"
import { matchesTyped } from "./mark"
import "./palette.css"
import { Refused } from "../../ui/refused"
import { reasonOf } from "../session-actions"
import { SessionLines } from "./session-lines"
import { useCommands } from "./use-commands"
import { type Hits, useHits } from "./use-hits"

const say = paletteWords.palette

interface Props {
  session: Session | null
  acts: SessionActs
  typed: string
  onType: (typed: string) => void
  onClose: () => void
}

/** Jump to a session, a page or an act by typing; `>` leaves the acts alone. */
export default function Palette({ session, acts, typed, onType, onClose }: Props) {
  const root = useRef<HTMLDivElement>(null)
  const navigate = useNavigate()
  const actsOnly = typed.startsWith(">")
  const text = actsOnly ? typed.slice(1).trim() : typed
  const found = useHits(actsOnly ? "" : text)
  const groups = useCommands(session, acts)
  // It comes in place of a plain field, which may have been typed into.
  useEffect(() => root.current?.querySelector("input")?.focus(), [])
  // What is run may open a dialog of its own or give focus elsewhere: this one is gone by then.
  const run = (act: () => void) => {
    onClose()
    setTimeout(act)
  }
  const [chosen, setChosen] = useState("")
  const moved = useRef(false)
  // Enter takes the first line, also of what was found later, until one moves to another.
  useEffect(() => {
    const lines = root.current?.querySelectorAll("[cmdk-item]") ?? []
    const values = [...lines].map((line) => line.getAttribute("data-value") ?? "")
    if (moved.current && values.includes(chosen)) return
    if (values[0] !== undefined && values[0] !== chosen) setChosen(values[0])
  })
  const newTab = useRef(false)
  const open = (id: string, event: string | null) => {
    const search = event ? { event } : {}
    if (newTab.current) {
      const query = event ? `?event=${encodeURIComponent(event)}` : ""
      window.open(`/sessions/${encodeURIComponent(id)}${query}`, "_blank", "noopener")
      return onClose()
    }
    run(() => void navigate({ to: "/sessions/$key", params: { key: id }, search }))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const mod = event.ctrlKey || event.metaKey
    newTab.current = mod && event.key === "Enter"
    if (/^(Arrow|Home|End)/.test(event.key)) moved.current = true
    if (mod && event.key.toLowerCase() === "k") {
      event.preventDefault()
      onClose()
    }
  }
  const shown = groups
    .map(({ title, commands }) => ({
      title,
      commands: commands.filter(({ label }) => matchesTyped(label, text)),
    }))
    .filter(({ commands }) => commands.length > 0)

  return (
    <>
      <Cmdk
        ref={root}
        label={say.title}
        shouldFilter={false}
        loop
        vimBindings={false}
        value={chosen}
        onValueChange={setChosen}
        onKeyDown={onKeyDown}
        onPointerMove={() => {
          moved.current = true
        }}
        onClickCapture={(event) => {
          newTab.current = event.ctrlKey || event.metaKey
        }}
      >
        <div className="flex h-12 items-center gap-2.5 border-b border-line px-4">
          <Search className="icon text-muted" />
          <Cmdk.Input
            value={typed}
            onValueChange={(next) => {
              moved.current = false
              onType(next)
            }}
            placeholder={say.placeholder}
            className="h-full min-w-0 grow bg-transparent text-prose outline-none placeholder:text-faint"
          />
          <Found hits={found} />
        </div>
        <Cmdk.List className="max-h-[60vh] overflow-y-auto p-2">
          {!actsOnly && <SessionLines typed={text} hits={found} onOpen={open} />}
          {shown.map(({ title, commands }) => (
            <Cmdk.Group key={title} heading={title}>
              {commands.map((command) => (
                <CommandLine
                  key={command.id}
                  command={command}
                  typed={text}
                  onSelect={() => run(command.run)}
                />
              ))}
            </Cmdk.Group>
          ))}
          {found.error && (
            <div className="px-2 py-1.5">
              <Refused why={reasonOf(found.error)} />
            </div>
          )}
          {shown.length === 0 && found.hits.length === 0 && !found.searching && !found.error && (
            <p className="px-2 py-6 text-center text-muted">
              {say.nothing}. <span className="text-small">{say.nothingHint}</span>
            </p>
          )}
        </Cmdk.List>
      </Cmdk>
      <Foot />
    </>
  )
}

function Found({ hits }: { hits: Hits }) {
  const text = hits.searching
    ? say.searching
    : hits.more
      ? say.atLeast(hits.count)
      : say.found(hits.count)
  return (
    <span role="status" className="num shrink-0 text-small text-muted">
      {(hits.searching || hits.count > 0) && text}
    </span>
  )
}

function Foot() {
  const lines = [
    [["↑", "↓"], say.keys.choose],
    [["↵"], say.keys.open],
  ] as const
  return (
    <p className="flex h-9 items-center gap-4 border-t border-line px-4 text-meta text-muted max-md:hidden">
      {lines.map(([keys, label]) => (
        <span key={label} className="flex items-center gap-1">
          {keys.map((key) => (
            <Kbd key={key}>{key}</Kbd>
          ))}
          <span className="pl-0.5">{label}</span>
        </span>
      ))}
      <span className="ml-auto flex items-center gap-1">
        <Kbd>&gt;</Kbd>
        <span className="pl-0.5">{say.keys.actions}</span>
      </span>
      <span className="flex items-center gap-1">
        <Kbd>esc</Kbd>
        <span className="pl-0.5">{say.keys.close}</span>
      </span>
    </p>
  )
}
