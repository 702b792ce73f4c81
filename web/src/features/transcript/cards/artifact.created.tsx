import { ArrowUpRight, Package } from "lucide-react"
import { transcriptWords } from "../../../domain/words/transcript"
import type { CardProps } from "../cards"
import { Marker } from "../marker"

/** Something to keep came out of the work: a pull request, a file, a page. */
export default function Artifact({ entry }: CardProps) {
  const { name, url } = entry.event
  const label =
    typeof name === "string"
      ? transcriptWords.marker.made(name)
      : transcriptWords.marker.madeSomething
  return (
    <Marker icon={<Package className="icon s" />} event={entry.event}>
      {typeof url === "string" && /^https?:/.test(url) ? (
        <a
          href={url}
          target="_blank"
          rel="noopener noreferrer nofollow"
          data-tip={url}
          className="inline-flex items-center gap-1 text-accent"
        >
          {label}
          <ArrowUpRight className="icon s" />
        </a>
      ) : (
        label
      )}
    </Marker>
  )
}
