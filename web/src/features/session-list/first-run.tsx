import { FlaskConical, FolderInput, SquareTerminal } from "lucide-react"
import type { ReactNode } from "react"
import { command } from "../../api/command"
import type { ImportSource } from "../../api/types"
import { listWords } from "../../domain/words/list"
import { shellWords } from "../../domain/words/shell"
import { CopyButton } from "../../ui/copy"

const say = listWords.empty

const list = new Intl.ListFormat("en", { type: "conjunction" })

/** Nothing yet: where we looked, and what to do about it. */
export default function FirstRun({ sources }: { sources: ImportSource[] }) {
  const names = [...new Set(sources.map((source) => source.name))]
  return (
    <div className="grow overflow-y-auto px-6 pt-14 pb-6 max-md:px-4 max-md:pt-8">
      <h2 className="text-title font-semibold tracking-[-.014em]">{say.first}</h2>
      <p className="prose-wrap pt-1 text-muted">
        {names.length > 0 ? say.firstLooked(list.format(names)) : say.firstHint}
      </p>
      <div className="grid max-w-306 grid-cols-3 gap-4 pt-6 max-lg:grid-cols-1">
        <Card
          icon={<SquareTerminal className="icon text-muted" />}
          title={say.run}
          hint={say.runHint}
          command="claude"
        />
        <Card
          icon={<FolderInput className="icon text-muted" />}
          title={say.import}
          hint={say.importHint}
          command={command("import PATH")}
        />
        <Card
          icon={<FlaskConical className="icon text-muted" />}
          title={say.demo}
          hint={say.demoHint}
          command={command("up --demo")}
        />
      </div>
    </div>
  )
}

interface CardProps {
  icon: ReactNode
  title: string
  hint: string
  command: string
}

function Card({ icon, title, hint, command: line }: CardProps) {
  return (
    <section className="flex flex-col gap-2 rounded-card border border-line p-4">
      {icon}
      <h3 className="text-prose leading-5 font-semibold">{title}</h3>
      <p className="prose-wrap grow text-small text-muted">{hint}</p>
      <CommandLine command={line} />
    </section>
  )
}

function CommandLine({ command: line }: { command: string }) {
  return (
    <div className="relative rounded-control bg-sunken py-2 pr-9 pl-3 font-mono text-small leading-4.5 break-words whitespace-pre-wrap">
      {line}
      <CopyButton
        text={line}
        label={shellWords.copy.label}
        done={shellWords.copy.done}
        className="absolute! top-1 right-1"
      />
    </div>
  )
}
