import { Image as ImageIcon } from "lucide-react"
import { useState } from "react"
import { apiUrl } from "../../api/client"
import { blobPath } from "../../api/queries/events"
import { type Blob, type ContentBlock, isBlob } from "../../domain/event"
import { formatBytes } from "../../domain/format"
import { fieldsIn, textIn } from "../../domain/reading"
import { detailWords } from "../../domain/words/detail"
import { transcriptWords } from "../../domain/words/transcript"
import { Dialog } from "../../ui/dialog"
import { BinaryFile } from "./binary-file"
import { useTranscript } from "./context"

const say = detailWords.content
const SHOWN = /^image\/(png|jpeg|gif|webp)$/

export const isImage = (blob: Blob) => blob.media_type?.startsWith("image/") === true

export interface InlineImage {
  url: string
  bytes: number
}

/** A small image that the event itself holds. */
export function inlineImage(block: ContentBlock): InlineImage | null {
  const source = fieldsIn((block as Record<string, unknown>).source)
  const data = textIn(source.data)
  const type = textIn(source.media_type)
  if (block.type !== "image" || !data || !type || !SHOWN.test(type)) return null
  return { url: `data:${type};base64,${data}`, bytes: Math.floor((data.length * 3) / 4) }
}

/** A picture, as large as fits; in full size on a click. What is none is offered as a file. */
export function ImageView({ source }: { source: Blob | InlineImage }) {
  const { session } = useTranscript()
  const [size, setSize] = useState<{ width: number; height: number } | null>(null)
  const [broken, setBroken] = useState(false)
  const [large, setLarge] = useState(false)
  const blob = isBlob(source) ? source : null
  const url = isBlob(source) ? apiUrl(blobPath(session.id, source.blob_id)) : source.url
  const label = say.image(source.bytes ? formatBytes(source.bytes) : "")
  if (broken) {
    return (
      <div>
        <p className="border-t border-line-soft px-3 py-2 text-small text-muted">
          {say.notAnImage}
        </p>
        {blob && <BinaryFile blob={blob} />}
      </div>
    )
  }
  return (
    <figure className="border-t border-line-soft p-2">
      <button
        type="button"
        aria-label={say.openImage}
        onClick={() => setLarge(true)}
        className="block max-w-full rounded-control"
      >
        <img
          src={url}
          alt={label}
          loading="lazy"
          onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) =>
            setSize({ width, height })
          }
          onError={() => setBroken(true)}
          className="max-h-60 min-h-8 max-w-full rounded-control border border-line-soft bg-sunken object-contain"
        />
      </button>
      <figcaption className="num pt-1 text-meta text-faint">
        {label}
        {size && `, ${say.dimensions(size.width, size.height)}`}
      </figcaption>
      {large && (
        <Dialog title={label} width="wide" onClose={() => setLarge(false)}>
          <img src={url} alt={label} className="mx-auto max-h-[66vh] max-w-full object-contain" />
        </Dialog>
      )}
    </figure>
  )
}

/** An image that the source did not keep. */
export function MissingImage() {
  return (
    <span className="inline-flex items-center gap-1 text-small text-muted">
      <ImageIcon className="icon s" />
      {transcriptWords.image("")}
    </span>
  )
}
