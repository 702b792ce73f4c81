// Size caps of the house: no web file over 400 lines, no route file over 60.
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

const CAP = 400
const ROUTE_CAP = 60
const FORBIDDEN = /(^|\/)(utils|helpers|common|misc|manager|service)\.(ts|tsx)$/

const files = readdirSync("src", { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /(?<!\.gen)\.(ts|tsx|css)$/.test(entry.name))
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))

const problems = []
const counts = []
for (const file of files) {
  const lines = readFileSync(file, "utf8").split("\n").length - 1
  const cap = file.startsWith("src/routes/") ? ROUTE_CAP : CAP
  counts.push(lines)
  if (lines > cap) problems.push(`${file}: ${lines} lines, cap ${cap}`)
  if (FORBIDDEN.test(file)) problems.push(`${file}: name says nothing`)
}
counts.sort((a, b) => a - b)
for (const problem of problems) console.error(problem)
if (problems.length > 0 || files.length === 0) process.exit(1)
console.log(`${files.length} files, median ${counts[counts.length >> 1]}, longest ${counts.at(-1)}`)
