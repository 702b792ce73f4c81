import { CircleX, type LucideIcon } from "lucide-react"
import { listWords } from "../../domain/words/list"
import { showToast } from "../../ui/toast"
import { reasonOf } from "./use-act"

/** A word after an act that was done. */
export function sayDone(text: string, Icon: LucideIcon): void {
  const icon = <Icon className="icon s text-muted" />
  showToast({ text, icon, dismiss: listWords.row.dismiss })
}

/** What was not done, and why. */
export function sayFailed(text: string, error: unknown): void {
  showToast({
    text: `${text}: ${reasonOf(error)}`,
    icon: <CircleX className="icon s tone-problem" />,
    dismiss: listWords.row.dismiss,
  })
}
