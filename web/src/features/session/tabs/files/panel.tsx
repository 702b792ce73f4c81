import { Download } from "lucide-react"
import { useMemo, useRef, useState } from "react"
import { editsOf } from "../../../../api/queries/detail"
import type { EditedFile } from "../../../../domain/detail"
import { inTreeOrder, patchOf, sharedFolder } from "../../../../domain/file-tree"
import { titleOf } from "../../../../domain/session"
import { filesWords } from "../../../../domain/words/views"
import { Button } from "../../../../ui/button"
import { Segments } from "../../../../ui/segments"
import { TabAside } from "../../tab-aside"
import { TabPage } from "../../tab-page"
import type { TabProps } from "../../tabs"
import { useView } from "../../use-view"
import { FileCard } from "./file-card"
import { FileTree } from "./file-tree"

const say = filesWords
const VIEWS = ["net", "each"] as const

/** What the session did to files: as it came to be in the end, or edit by edit. */
export default function FilesPanel({ session, at, search, onSearch }: TabProps) {
  const query = useView(editsOf(session.id, at), session.seq, at)
  const view = search.view === "each" ? "each" : "net"
  const files = query.data?.data ?? []
  const patch = view === "net" ? patchOf(files) : ""
  return (
    <>
      <TabAside>
        {files.length > 0 && (
          <Segments
            label={say.view}
            choices={VIEWS.map((option) => [option, say[option]] as const)}
            value={view}
            onChange={(option) => onSearch({ view: option === "net" ? null : option })}
          />
        )}
        {patch && (
          <Button onClick={() => download(patch, `${titleOf(session)}.patch`)}>
            <Download className="icon s text-muted" />
            {say.patch}
          </Button>
        )}
      </TabAside>
      {query.data && files.length > 0 ? (
        <Files files={files} each={view === "each"} sessionId={session.id} />
      ) : (
        <TabPage query={query} failed={say.failed}>
          {() => <p className="text-small text-muted">{say.empty}</p>}
        </TabPage>
      )}
    </>
  )
}

function download(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/x-diff" }))
  const link = document.createElement("a")
  link.href = url
  link.download = name.replace(/[/\\:*?"<>|]+/g, "-")
  link.click()
  URL.revokeObjectURL(url)
}

interface FilesProps {
  files: readonly EditedFile[]
  each: boolean
  sessionId: string
}

function Files({ files, each, sessionId }: FilesProps) {
  const [text, setText] = useState("")
  const [current, setCurrent] = useState<string | null>(null)
  const list = useRef<HTMLDivElement>(null)
  const wanted = text.trim().toLowerCase()
  const sorted = useMemo(() => inTreeOrder(files), [files])
  const shown = wanted ? sorted.filter((file) => file.path.toLowerCase().includes(wanted)) : sorted
  const shared = sharedFolder(files.map((file) => file.path))
  const goTo = (path: string) => {
    setCurrent(path)
    const card = list.current?.querySelector(`[data-path="${CSS.escape(path)}"]`)
    card?.scrollIntoView({ block: "start" })
  }
  return (
    <div className="flex min-h-0 grow max-md:flex-col">
      <FileTree
        files={shown}
        all={files}
        shared={shared}
        text={text}
        onText={setText}
        current={current}
        onGo={goTo}
      />
      <div
        ref={list}
        tabIndex={0}
        className="flex min-h-0 min-w-0 grow scroll-py-4 flex-col gap-3 overflow-y-auto px-6 pt-4 pb-10 outline-offset-[-2px] max-md:px-4"
      >
        <h2 className="sr-only">{say.title}</h2>
        {shown.length === 0 && <p className="text-small text-muted">{say.noMatch}</p>}
        {shown.map((file) => (
          <FileCard
            key={file.path}
            file={file}
            name={file.path.slice(shared.length)}
            each={each}
            sessionId={sessionId}
          />
        ))}
      </div>
    </div>
  )
}
