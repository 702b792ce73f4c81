import { blobOf, blockText, type ContentBlock, isTextual } from "../../domain/event"
import { BinaryFile } from "./binary-file"
import { ImageView, inlineImage, isImage } from "./image-view"
import JsonTree from "./json-tree"
import { LargeText } from "./large-text"
import { type Hints, TextContent } from "./text-content"

/** What a call gave back, drawn by what it is. */
export function ResultBlock({ block, ...hints }: Hints & { block: ContentBlock }) {
  const blob = blobOf(block)
  if (blob && isImage(blob)) return <ImageView source={blob} />
  if (blob && !isTextual(blob.media_type)) return <BinaryFile blob={blob} />
  if (blob) return <LargeText blob={blob} {...hints} />
  const image = inlineImage(block)
  if (image) return <ImageView source={image} />
  const text = blockText(block)
  if (text) return <TextContent text={text} {...hints} />
  return block.type === "text" ? null : <JsonTree value={block} />
}
