import { Lock, SquareTerminal } from "lucide-react"
import { resumeCommand } from "../../../../domain/resume"
import { detailWords } from "../../../../domain/words/detail"
import { shellWords } from "../../../../domain/words/shell"
import { Button } from "../../../../ui/button"
import { CopyButton } from "../../../../ui/copy"
import type { TabProps } from "../../tabs"

/** Below the conversation: how a chat goes on, or why nothing can be sent now. */
export function Floor({ session, at, onSearch }: TabProps) {
  const chat = session.kind === "chat"
  if (at !== null) {
    return (
      <Box dashed>
        <Lock className="icon s text-muted" />
        <span className="num min-w-0 grow">
          {detailWords.replay.floor(Math.max(0, session.seq - at))}
        </span>
        <Button onClick={() => onSearch({ at: null })}>
          {chat ? detailWords.floor.continue : detailWords.replay.return}
        </Button>
      </Box>
    )
  }
  const command = chat ? resumeCommand(session) : null
  if (!command) return null
  return (
    <Box>
      <SquareTerminal className="icon s text-muted" />
      <span className="shrink-0">{detailWords.floor.continue}</span>
      <code className="min-w-0 grow truncate text-muted" data-tip={detailWords.floor.resume}>
        {command}
      </code>
      <CopyButton
        text={command}
        label={detailWords.floor.resume}
        done={shellWords.copy.done}
        size="control"
      >
        {shellWords.copy.label}
      </CopyButton>
    </Box>
  )
}

function Box({ children, dashed }: { children: React.ReactNode; dashed?: boolean }) {
  return (
    <div className="shrink-0 px-6 pb-4 max-md:px-4">
      <div
        className={`flex min-h-11 max-w-205 items-center gap-2 rounded-card border px-3 py-1 text-small text-muted ${dashed ? "border-dashed border-line-strong" : "border-line"}`}
      >
        {children}
      </div>
    </div>
  )
}
