import { Download, File } from "lucide-react"
import { apiUrl } from "../../api/client"
import { blobPath } from "../../api/queries/events"
import type { Blob } from "../../domain/event"
import { formatBytes } from "../../domain/format"
import { detailWords } from "../../domain/words/detail"
import { shellWords } from "../../domain/words/shell"
import { transcriptWords } from "../../domain/words/transcript"
import { buttonClass } from "../../ui/button"
import { CopyButton } from "../../ui/copy"
import { useTranscript } from "./context"

const say = detailWords.content

/** Contents are kept under their hash. */
const hashOf = (blob: Blob) => /^blob_([0-9a-f]{64})$/.exec(blob.blob_id)?.[1] ?? null

/** What a browser should not show: its kind, its size, its hash, and the way to have it. */
export function BinaryFile({ blob }: { blob: Blob }) {
  const { session } = useTranscript()
  const hash = hashOf(blob)
  return (
    <div className="flex min-h-9 flex-wrap items-center gap-x-3 border-t border-line-soft px-3 py-1 text-small text-muted">
      <File className="icon s" />
      <span className="num">
        {blob.media_type?.replace(/;base64$/, "") ?? say.binary}, {formatBytes(blob.bytes ?? 0)}
      </span>
      {hash && (
        <span className="flex items-center gap-1">
          <code className="text-meta" data-tip={hash}>
            {say.sha(`${hash.slice(0, 8)}…${hash.slice(-4)}`)}
          </code>
          <CopyButton text={hash} label={say.copySha} done={shellWords.copy.done} />
        </span>
      )}
      <a
        href={apiUrl(blobPath(session.id, blob.blob_id))}
        download
        className={`${buttonClass("ghost", "row")} ml-auto`}
      >
        <Download className="icon s" />
        {transcriptWords.download}
      </a>
    </div>
  )
}
