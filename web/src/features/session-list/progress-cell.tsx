import type { Session } from "../../domain/session"
import { cx } from "../../ui/cx"

const STEP: Record<string, string> = {
  active: "bg-active",
  attention: "bg-attention-fill",
  problem: "bg-problem",
  success: "bg-fg",
  neutral: "bg-fg",
}

/** "8 messages", "12 turns", or "Step 2 of 5" with its bar. */
export function ProgressCell({ session, compact }: { session: Session; compact: boolean }) {
  const progress = session.progress
  if (!progress) return null
  const { done, total } = progress
  const steps = !compact && typeof done === "number" && typeof total === "number" && total > 1
  return (
    <>
      <span className="block truncate" data-tip={progress.text}>
        {progress.text}
      </span>
      {steps && (
        <span aria-hidden="true" className="mt-1 flex w-19 gap-0.5">
          {Array.from({ length: total }, (_, index) => (
            <i
              // biome-ignore lint/suspicious/noArrayIndexKey: steps have no other name
              key={index}
              className={cx("h-[3px] grow rounded-full", stepLook(index, done, session.tone))}
            />
          ))}
        </span>
      )}
    </>
  )
}

function stepLook(index: number, done: number, tone: string): string {
  if (index < done - 1) return "bg-fg"
  return index === done - 1 ? (STEP[tone] ?? "bg-fg") : "bg-line"
}
