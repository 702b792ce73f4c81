import { useQuery } from "@tanstack/react-query"
import { History } from "lucide-react"
import { outlineOf } from "../../../api/queries/detail"
import { formatCount, formatTime } from "../../../domain/format"
import { turnAt } from "../../../domain/replay"
import { detailWords } from "../../../domain/words/detail"
import { useEventTime } from "./use-event-time"

const say = detailWords.replay

interface Props {
  sessionId: string
  at: number
  last: number
  onReturn: () => void
}

/** Says that the past is on screen, and the way back. */
export default function ReplayBanner({ sessionId, at, last, onReturn }: Props) {
  const { data: outline } = useQuery(outlineOf(sessionId))
  const time = useEventTime(sessionId, at)
  return (
    <div className="flex h-7 shrink-0 items-center gap-2 border-b border-line-soft bg-tint-accent px-6 text-small max-md:h-9 max-md:px-4">
      <History className="icon s text-accent" />
      <span className="num min-w-0 truncate">
        <b className="font-semibold">{say.viewing(formatCount(at), formatCount(last))}</b>
        {time && (
          <span className="max-md:hidden">
            {say.detail(turnAt(outline?.marks ?? [], at), formatTime(time))}
          </span>
        )}
      </span>
      <button
        type="button"
        onClick={onReturn}
        className="ml-auto min-h-6 shrink-0 font-medium text-accent"
      >
        {say.return}
      </button>
    </div>
  )
}
