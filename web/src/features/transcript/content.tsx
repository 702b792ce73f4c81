import { Download, Image as ImageIcon } from "lucide-react"
import { useState } from "react"
import { apiUrl, fetchText } from "../../api/client"
import { blobPath } from "../../api/queries/events"
import { type Blob, blockText, type ContentBlock, isBlob, isTextual } from "../../domain/event"
import { formatBytes } from "../../domain/format"
import { words } from "../../domain/words"
import { Button, buttonClass } from "../../ui/button"
import { useTranscript } from "./context"
import { JsonTree } from "./json-tree"
import { TerminalBlock } from "./terminal-block"

const say = words.transcript

/** The large value inside a block, whichever way it is put there. */
export function blobOf(block: ContentBlock): Blob | null {
  if (isBlob(block)) return block
  for (const field of ["text", "source", "data"] as const) {
    const value = (block as Record<string, unknown>)[field]
    if (isBlob(value)) return value
  }
  return null
}

/** What a call gave back, drawn by what it is: image, JSON, terminal text, or a file. */
export function ResultBlock({
  block,
  problem,
  command,
}: {
  block: ContentBlock
  problem: boolean
  command?: string | undefined
}) {
  const blob = blobOf(block)
  if (blob && isImage(blob)) return <ImageBlob blob={blob} />
  if (blob) return <LargeText blob={blob} problem={problem} command={command} />
  const text = blockText(block)
  const json = problem ? undefined : parseJson(text)
  if (json !== undefined) return <JsonTree value={json} />
  if (text) return <TerminalBlock text={text} problem={problem} command={command} />
  return block.type === "text" ? null : <JsonTree value={block} />
}

export const isImage = (blob: Blob) => blob.media_type?.startsWith("image/") === true

/** Objects and lists only: a bare number or word reads better as it is. */
function parseJson(text: string): unknown {
  if (!/^\s*[{[]/.test(text) || text.length > 500_000) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function blobUrl(sessionId: string, blob: Blob): string {
  return apiUrl(blobPath(sessionId, blob.blob_id))
}

export function ImageBlob({ blob }: { blob: Blob }) {
  const { session } = useTranscript()
  const url = blobUrl(session.id, blob)
  const label = say.image(formatBytes(blob.bytes ?? 0))
  return (
    <a href={url} target="_blank" rel="noopener" className="inline-block p-2">
      <img
        src={url}
        alt={label}
        loading="lazy"
        className="max-h-60 max-w-full rounded-control border border-line-soft"
      />
    </a>
  )
}

/** An image that the source did not keep. */
export function MissingImage() {
  return (
    <span className="inline-flex items-center gap-1 text-small text-muted">
      <ImageIcon className="icon s" />
      {say.image("")}
    </span>
  )
}

/** The beginning of a stored value; the rest is loaded on demand, files are downloaded. */
function LargeText({
  blob,
  problem,
  command,
}: {
  blob: Blob
  problem: boolean
  command?: string | undefined
}) {
  const { session } = useTranscript()
  const [text, setText] = useState<string | null>(null)
  const [failed, setFailed] = useState(false)
  const size = formatBytes(blob.bytes ?? 0)
  const load = () => {
    setFailed(false)
    fetchText(blobPath(session.id, blob.blob_id)).then(setText, () => setFailed(true))
  }
  const shown = text ?? blob.preview
  return (
    <div>
      {shown && <TerminalBlock text={shown} problem={problem} command={command} />}
      <div className="flex items-center gap-2 border-t border-line-soft bg-sunken px-2 py-1">
        {text === null && isTextual(blob.media_type) && (
          <Button look="ghost" size="row" className="text-accent!" onClick={load}>
            {say.loadBlob(size)}
          </Button>
        )}
        <a href={blobUrl(session.id, blob)} download className={buttonClass("ghost", "row")}>
          <Download className="icon s" />
          {say.download}
        </a>
        {failed && (
          <span role="alert" className="text-small text-problem">
            {say.blobFailed}
          </span>
        )}
      </div>
    </div>
  )
}
