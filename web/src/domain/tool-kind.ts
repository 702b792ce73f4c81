/** Tools and connectors in a few groups, so that a row can show what a session touched. */

export type ToolKind =
  | "terminal"
  | "edit"
  | "read"
  | "search"
  | "web"
  | "agent"
  | "plan"
  | "question"
  | "database"
  | "git"
  | "chat"
  | "mail"
  | "cluster"
  | "ticket"
  | "connector"
  | "tool"

export interface ToolMark {
  kind: ToolKind
  name: string
}

/** Tools that change files, by the names that agents give them: those of the server's list. */
const EDITORS = [
  ...["edit", "multiedit", "multi_edit", "notebookedit", "write", "patch", "apply_patch"],
  ...["edit_file", "write_file", "create_file", "delete_file", "replace", "search_replace"],
  ...["replace_in_file", "write_to_file", "insert_edit_into_file", "replace_string_in_file"],
  ...["str_replace_editor", "str_replace_based_edit_tool", "create"],
]
const EDITING = new RegExp(`^(${EDITORS.join("|")})$`, "i")

/** Whether one of these tools changes files, as the server tells it for its filter. */
export const hasEditor = (tools: readonly string[]) => tools.some((tool) => EDITING.test(tool))

const BUILT_IN: [RegExp, ToolKind, string][] = [
  [
    /^(bash|shell|exec|exec_command|local_shell|terminal|run_command|write_stdin|bashoutput|killshell|unified_exec)$/i,
    "terminal",
    "Bash",
  ],
  [EDITING, "edit", "Files"],
  [/^(read|view|view_image|cat|ls|list_dir|notebookread|read_file)$/i, "read", "Read"],
  [/^(grep|glob|find|search|toolsearch|tool_search)$/i, "search", "Search"],
  [/^(webfetch|websearch|web_search|web_fetch|browser.*)$/i, "web", "Web"],
  [
    /^(task|agent|spawn_agent|wait_agent|send_input|close_agent|taskoutput|workflow)$/i,
    "agent",
    "Sub-agents",
  ],
  [
    /^(todowrite|todoread|taskcreate|taskupdate|tasklist|update_plan|exitplanmode|enterplanmode|skill)$/i,
    "plan",
    "Plan",
  ],
  [/^(askuserquestion|request_user_input|escalate_to_human)$/i, "question", "Questions"],
]

const CONNECTORS: [RegExp, ToolKind][] = [
  [/git(hub|lab|ea)?|bitbucket/i, "git"],
  [/postgres|mysql|sqlite|mongo|redis|database|\bdb\b|bigquery|snowflake|supabase/i, "database"],
  [/slack|discord|telegram|teams|chat/i, "chat"],
  [/mail|smtp/i, "mail"],
  [/kube|k8s|docker|helm|terraform/i, "cluster"],
  [/linear|jira|asana|notion|ticket/i, "ticket"],
  [/browser|playwright|puppeteer|chrome|fetch|http|web/i, "web"],
]

/** The group of one call, by its connector when it has one, else by its tool's name. */
export function toolKind(name: string, connector: string | null = null): ToolKind {
  if (connector) return connectorKind(connector)
  const bare = name.split(".").at(-1) ?? name
  return BUILT_IN.find(([pattern]) => pattern.test(bare))?.[1] ?? "tool"
}

function connectorKind(connector: string): ToolKind {
  return CONNECTORS.find(([pattern]) => pattern.test(connector))?.[1] ?? "connector"
}

/** Connectors first, by name; then the groups of built-in tools, each once. */
export function toolMarks(tools: readonly string[], connectors: readonly string[]): ToolMark[] {
  const marks = connectors.map((name) => ({ kind: connectorKind(name), name: readable(name) }))
  const seen = new Set<string>()
  for (const tool of tools) {
    if (tool.startsWith("mcp__")) continue
    const bare = tool.split(".").at(-1) ?? tool
    const group = BUILT_IN.find(([pattern]) => pattern.test(bare))
    const name = group?.[2] ?? tool
    if (seen.has(name)) continue
    seen.add(name)
    marks.push({ kind: group?.[1] ?? "tool", name })
  }
  return marks
}

function readable(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ")
}

/** True for calls that hand work to a sub-agent, whose own session may be open beside. */
export function startsAgent(name: string): boolean {
  return toolKind(name) === "agent"
}

const ARGUMENTS = [
  "command",
  "cmd",
  "file_path",
  "path",
  "notebook_path",
  "pattern",
  "query",
  "url",
  "description",
  "prompt",
  "question",
  "skill",
]

/** What a call is about, on one line: its command, path, pattern, query, or its first word. */
export function argumentLine(input: unknown): string {
  if (typeof input === "string") return oneLine(input)
  if (typeof input !== "object" || input === null) return ""
  const fields = input as Record<string, unknown>
  for (const name of ARGUMENTS) {
    const value = fields[name]
    if (typeof value === "string" && value) return oneLine(value)
    if (Array.isArray(value) && value.every((part) => typeof part === "string")) {
      return oneLine(shellWords(value as string[]))
    }
  }
  const first = Object.values(fields).find((value) => typeof value === "string" && value)
  return typeof first === "string" ? oneLine(first) : ""
}

/** `["bash", "-lc", "ls"]` is the command `ls`. */
function shellWords(command: string[]): string {
  const shell = /^(?:.*\/)?(ba|z|)sh$/.test(command[0] ?? "") && /^-l?c$/.test(command[1] ?? "")
  return shell ? (command[2] ?? "") : command.join(" ")
}

/** First line only; a heredoc or script says with … that there is more. */
function oneLine(text: string): string {
  const lines = text.trim().split("\n")
  const first = (lines[0] ?? "").trim()
  return (lines.length > 1 ? `${first} …` : first).slice(0, 240)
}
