import type { Virtualizer } from "@tanstack/react-virtual"
import { type RefObject, useRef } from "react"
import type { Entry } from "../../domain/fold-transcript"
import { isFailure } from "../../domain/transcript-filter"
import { detailWords } from "../../domain/words/detail"
import { listWords } from "../../domain/words/list"
import { useHotkeys } from "../../ui/hotkeys"
import { showToast } from "../../ui/toast"
import { announce } from "../shell"

const say = detailWords.more

interface Options {
  entries: readonly Entry[]
  /** Index of the first entry in view. */
  top: number
  virtualizer: Virtualizer<HTMLDivElement, Element>
  container: RefObject<HTMLElement | null>
  onToggle: (key: string) => void
  onToggleAll: () => void
  onEnd: (() => void) | null
  /** The whole log is here: what is not found is not there. */
  complete: boolean
}

/** Keys of the conversation: next error, open a card, open all of them, the end. */
export function useTranscriptKeys(options: Options): void {
  const { entries, top, virtualizer, container, onToggle, onToggleAll, onEnd, complete } = options
  const last = useRef<string | null>(null)
  const goToFailure = (by: 1 | -1) => {
    const count = entries.length
    // At the end of the log an error cannot be brought to the top: go on from where one went.
    const shown = entries.findIndex(({ key }) => key === last.current)
    const from = shown >= top && shown <= (virtualizer.range?.endIndex ?? -1) ? shown : top
    for (let step = 1; step <= count; step += 1) {
      const index = (from + by * step + count) % count
      const entry = entries[index]
      if (!entry || !isFailure(entry)) continue
      last.current = entry.key
      if (by > 0 ? index <= from : index >= from) announce(say.errorsAround(by))
      return virtualizer.scrollToIndex(index, { align: "start" })
    }
    showToast({ text: complete ? say.noErrors : say.noErrorsHere, dismiss: listWords.row.dismiss })
  }
  /** The card that has the focus, else the first one in view. */
  const toggle = () => {
    const row = document.activeElement?.closest("[data-index]")
    const focused =
      row && container.current?.contains(row) ? Number(row.getAttribute("data-index")) : -1
    const from = focused >= 0 ? focused : top
    const entry = entries.slice(from).find((one) => one.shape === "call" || one.shape === "run")
    if (entry) onToggle(entry.key)
  }
  useHotkeys({
    n: () => goToFailure(1),
    "shift+n": () => goToFailure(-1),
    o: toggle,
    "shift+o": onToggleAll,
    ...(onEnd ? { End: onEnd } : {}),
  })
}
