/** What a piece of output is, told by the text itself: never by what it claims to be. */

export type Content =
  | { kind: "json"; value: unknown }
  | { kind: "table"; table: Table }
  | { kind: "diff"; hunks: number }
  | { kind: "trace"; language: "python" | "javascript" | "java" }
  | { kind: "text" }

export interface Table {
  columns: string[]
  /** The first rows only. */
  rows: string[][]
  total: number
}

export const FIRST_ROWS = 200
const LONGEST = 500_000
const LONGEST_JSON = 8_000_000
const MOST_COLUMNS = 60

export function contentKind(text: string): Content {
  const value = text.length > LONGEST_JSON ? undefined : parseJson(text)
  if (value !== undefined) {
    const table = tableOf(value)
    return table ? { kind: "table", table } : { kind: "json", value }
  }
  if (text.length > LONGEST) return { kind: "text" }
  if (isDiff(text)) return { kind: "diff", hunks: text.split(/^@@ /m).length - 1 }
  const language = traceLanguage(text)
  if (language) return { kind: "trace", language }
  const table = csvTable(text)
  return table ? { kind: "table", table } : { kind: "text" }
}

/** Objects and lists only: a bare number or word reads better as it is. */
function parseJson(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isFlat = (value: unknown) => value === null || typeof value !== "object"

/** A list of at least two flat objects that share their fields is a table. */
export function tableOf(value: unknown): Table | null {
  if (!Array.isArray(value) || value.length < 2) return null
  const columns = new Set<string>()
  let cells = 0
  for (const row of value) {
    if (typeof row !== "object" || row === null || Array.isArray(row)) return null
    const fields = Object.entries(row)
    if (fields.length === 0 || !fields.every(([, field]) => isFlat(field))) return null
    for (const [name] of fields) columns.add(name)
    cells += fields.length
    if (columns.size > MOST_COLUMNS) return null
  }
  // Rows that share little are a list of things, not a table.
  if (cells < columns.size * value.length * 0.5) return null
  const names = [...columns]
  const rows = value
    .slice(0, FIRST_ROWS)
    .map((row: Record<string, unknown>) =>
      names.map((name) => (Object.hasOwn(row, name) ? cellText(row[name]) : "")),
    )
  return { columns: names, rows, total: value.length }
}

const cellText = (value: unknown) => (value === null ? "null" : String(value))

/** Lines that all have the same number of commas or tabs, at least two columns and three lines. */
export function csvTable(text: string): Table | null {
  const head = text.slice(0, text.indexOf("\n"))
  const mark = head.includes("\t") ? "\t" : ","
  if (!head.includes(mark) || /[{};]\s*$/.test(head)) return null
  const lines = readCsv(text.trimEnd(), mark)
  const [columns, ...rows] = lines
  if (!columns || columns.length < 2 || rows.length < 2) return null
  if (columns.some((name) => name.trim() === "" || name.length > 80)) return null
  if (new Set(columns).size < columns.length) return null
  if (rows.some((row) => row.length !== columns.length)) return null
  return { columns, rows: rows.slice(0, FIRST_ROWS), total: rows.length }
}

function readCsv(text: string, mark: string): string[][] {
  const lines: string[][] = []
  let line: string[] = []
  let cell = ""
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] as string
    if (quoted) {
      if (letter !== '"') cell += letter
      else if (text[at + 1] === '"') cell += text[++at]
      else quoted = false
    } else if (letter === '"' && cell === "") quoted = true
    else if (letter === mark) {
      line.push(cell)
      cell = ""
    } else if (letter === "\n") {
      line.push(cell.replace(/\r$/, ""))
      lines.push(line)
      line = []
      cell = ""
    } else cell += letter
  }
  line.push(cell)
  lines.push(line)
  return lines
}

function isDiff(text: string): boolean {
  return /^@@ -\d+(,\d+)? \+\d+(,\d+)? @@/m.test(text) && /^(diff --git|--- )/m.test(text)
}

function traceLanguage(text: string): "python" | "javascript" | "java" | null {
  if (/^Traceback \(most recent call last\):$/m.test(text)) return "python"
  const frames = text.match(/^[ \t]+at .+[(:].+$/gm)?.length ?? 0
  if (frames < 2) return null
  return /\.(java|kt|scala):\d+\)/.test(text) ? "java" : "javascript"
}

export interface TraceLine {
  text: string
  /** The place a frame names. */
  place: { file: string; line: number } | null
  /** Of a library, not of the project. */
  foreign: boolean
}

const PLACES = [
  /^\s+File "([^"]+)", line (\d+)/,
  /^\s+at (?:.*\()?((?:file:\/\/|node:)?[^():]+):(\d+)(?::\d+)?\)?$/,
  /^\s+at .*\(([\w.]+):(\d+)\)$/,
]
const FOREIGN = /site-packages|dist-packages|node_modules|node:internal|\/lib\/python|<frozen/

/** Lines of a stack trace, each with the place it names. */
export function traceLines(text: string): TraceLine[] {
  return text.split("\n").map((line) => {
    const found = PLACES.map((pattern) => pattern.exec(line)).find(Boolean)
    const file = found?.[1]
    if (!found || !file) return { text: line, place: null, foreign: false }
    return { text: line, place: { file, line: Number(found[2]) }, foreign: FOREIGN.test(file) }
  })
}

/** A stored value that a person would rather download: not text, not an image. */
export function looksBinary(text: string): boolean {
  const start = text.slice(0, 2000)
  if (start.includes("\u0000")) return true
  const odd = start.match(/\uFFFD/g)?.length ?? 0
  return odd > 8 && odd / start.length > 0.05
}
