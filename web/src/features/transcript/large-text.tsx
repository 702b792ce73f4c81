import { Download } from "lucide-react"
import { useState } from "react"
import { apiUrl, fetchText } from "../../api/client"
import { blobPath } from "../../api/queries/events"
import { looksBinary } from "../../domain/content-kind"
import type { Blob } from "../../domain/event"
import { formatBytes } from "../../domain/format"
import { transcriptWords } from "../../domain/words/transcript"
import { Button, buttonClass } from "../../ui/button"
import { BinaryFile } from "./binary-file"
import { useTranscript } from "./context"
import { TerminalBlock } from "./terminal-block"
import { type Hints, TextContent } from "./text-content"

const say = transcriptWords

/** The beginning of a stored value; the rest is loaded on demand, or downloaded. */
export function LargeText({ blob, ...hints }: Hints & { blob: Blob }) {
  const { session } = useTranscript()
  const [text, setText] = useState<string | null>(null)
  const [failed, setFailed] = useState(false)
  const load = () => {
    setFailed(false)
    fetchText(blobPath(session.id, blob.blob_id)).then(setText, () => setFailed(true))
  }
  if (looksBinary(text ?? blob.preview ?? "")) return <BinaryFile blob={blob} />
  return (
    <div>
      {text !== null && <TextContent text={text} {...hints} />}
      {text === null && blob.preview && <TerminalBlock text={blob.preview} {...hints} />}
      <div className="flex items-center gap-2 border-t border-line-soft bg-sunken px-2 py-1">
        {text === null && (
          <Button look="ghost" size="row" className="text-accent!" onClick={load}>
            {say.loadBlob(formatBytes(blob.bytes ?? 0))}
          </Button>
        )}
        <a
          href={apiUrl(blobPath(session.id, blob.blob_id))}
          download
          className={buttonClass("ghost", "row")}
        >
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
