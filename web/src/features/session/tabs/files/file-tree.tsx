import { FileDiff, FolderOpen, Lock, Search } from "lucide-react"
import type { EditedFile } from "../../../../domain/detail"
import { countsOf, treeLines } from "../../../../domain/file-tree"
import { filesWords } from "../../../../domain/words/views"
import { cx } from "../../../../ui/cx"
import { DiffCount } from "../../../transcript"

const say = filesWords
const STEP_PX = 20

interface Props {
  files: readonly EditedFile[]
  all: readonly EditedFile[]
  shared: string
  text: string
  onText: (text: string) => void
  current: string | null
  onGo: (path: string) => void
}

/** The edited files where they lie, with what was added and taken away. */
export function FileTree({ files, all, shared, text, onText, current, onGo }: Props) {
  const net = files.every((file) => file.net.hunks !== null)
  const sum = files.map(countsOf).reduce(
    (total, file) => ({
      added: total.added + file.additions,
      removed: total.removed + file.deletions,
    }),
    { added: 0, removed: 0 },
  )
  return (
    <nav
      aria-label={say.files}
      className="w-68 shrink-0 overflow-y-auto border-r border-line-soft px-4 py-3 text-small max-md:max-h-60 max-md:w-full max-md:border-r-0 max-md:border-b"
    >
      <label className="mb-2 flex h-7 items-center gap-2 rounded-control border border-line-strong bg-bg px-2 focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent pointer-coarse:h-9">
        <Search className="icon s text-muted" />
        <input
          type="search"
          value={text}
          aria-label={say.filter(all.length)}
          placeholder={say.filter(all.length)}
          onChange={(event) => onText(event.target.value)}
          className="min-w-0 grow bg-transparent outline-none placeholder:text-faint"
        />
      </label>
      <ul>
        {treeLines(files).map((line) =>
          line.kind === "folder" ? (
            <li
              key={line.path}
              className="flex h-7 items-center gap-2 px-2 text-muted"
              style={{ paddingLeft: 8 + line.depth * STEP_PX }}
            >
              <FolderOpen className="icon s" />
              <span className="truncate" data-tip={line.name}>
                {line.name}
              </span>
            </li>
          ) : (
            <li key={line.file.path}>
              <button
                type="button"
                aria-current={current === line.file.path ? "location" : undefined}
                onClick={() => onGo(line.file.path)}
                className={cx(
                  "flex h-7 w-full items-center gap-2 rounded-control pr-2 text-left outline-offset-[-2px]",
                  current === line.file.path ? "bg-selected font-medium" : "hover:bg-hover",
                )}
                style={{ paddingLeft: 8 + line.depth * STEP_PX }}
              >
                {line.file.generated ? (
                  <Lock className="icon s text-muted" />
                ) : (
                  <FileDiff className="icon s text-muted" />
                )}
                <span className="min-w-0 grow truncate" data-tip={line.name}>
                  {line.name}
                </span>
                <Counts file={line.file} />
              </button>
            </li>
          ),
        )}
      </ul>
      <p className="num mt-2 flex border-t border-line-soft px-2 pt-2 text-muted">
        <span className="grow">{net ? say.netOf(files.length) : say.allEdits(files.length)}</span>
        <DiffCount {...sum} />
      </p>
      {shared && (
        <p className="px-2 pt-2 text-meta wrap-anywhere text-faint">{say.shared(shared)}</p>
      )}
    </nav>
  )
}

function Counts({ file }: { file: EditedFile }) {
  const { additions, deletions } = countsOf(file)
  return (
    <span className="num shrink-0 font-normal">
      <DiffCount added={additions} removed={deletions} />
    </span>
  )
}
