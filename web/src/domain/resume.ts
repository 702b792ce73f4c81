import type { Session } from "./session"

/** Where a recorded chat goes on: the command of the tool that it was held in. */
const COMMANDS: Record<string, (id: string) => string> = {
  claude_code: (id) => `claude --resume ${id}`,
  codex: (id) => `codex resume ${id}`,
  opencode: (id) => `opencode --session ${id}`,
  copilot_cli: (id) => `copilot --resume ${id}`,
}

/** Ids come from files that anybody may write: only plain ones become part of a command. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9_-]{3,80}$/

/** The command that continues a recorded main session; null where none is known. */
export function resumeCommand(session: Session): string | null {
  if (!session.recorded || session.parent_id) return null
  for (const [format, id] of Object.entries(session.external_ids ?? {})) {
    if (Object.hasOwn(COMMANDS, format) && PLAIN.test(id)) return COMMANDS[format]?.(id) ?? null
  }
  return null
}
