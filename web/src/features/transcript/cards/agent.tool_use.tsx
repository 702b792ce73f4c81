import type { CallEntry } from "../../../domain/fold-transcript"
import type { CardProps } from "../cards"
import { ToolCard } from "../tool-card"

export default function ToolUse({ entry }: CardProps<CallEntry>) {
  return <ToolCard entry={entry} />
}
