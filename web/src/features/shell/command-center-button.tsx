import { useQuery } from "@tanstack/react-query"
import { PanelRight } from "lucide-react"
import { liveTotals } from "../../api/queries/command-center"
import { formatCount } from "../../domain/format"
import { centerWords } from "../../domain/words/command-center"
import { buttonClass } from "../../ui/button"
import { cx } from "../../ui/cx"
import { MOD } from "../../ui/hotkeys"
import { toggleOverlay, useOverlays } from "./overlays"
import { type Followed, useFollowRows } from "./use-follow-rows"

const TOTALS: Followed = [[liveTotals.queryKey, 2000]]
const say = centerWords.center

/** Opens the Command Center; its numbers are those of the whole workspace (S2-19). */
export function CommandCenterButton() {
  const { center } = useOverlays()
  const totals = useQuery(liveTotals).data
  useFollowRows(TOTALS)
  const text = (counted: { count: number; more: boolean } | null | undefined) =>
    counted ? `${formatCount(counted.count)}${counted.more ? "+" : ""}` : "–"
  const [active, needsYou] = [text(totals?.active), text(totals?.needsYou)]
  return (
    <button
      type="button"
      data-center-button=""
      aria-label={totals ? say.button(active, needsYou) : say.buttonPlain}
      aria-expanded={center}
      data-tip={say.tip(MOD)}
      onClick={() => toggleOverlay("center")}
      className={cx(
        buttonClass("plain"),
        "num gap-2!",
        center && "bg-selected! border-line-strong!",
      )}
    >
      <PanelRight className="icon s text-muted" />
      <span className="flex items-center gap-1 text-active">
        <span className="size-1.5 rounded-full bg-active" />
        {active}
      </span>
      <span className="flex items-center gap-1 text-attention">
        <span className="size-1.5 rounded-full bg-attention-fill" />
        {needsYou}
      </span>
    </button>
  )
}
