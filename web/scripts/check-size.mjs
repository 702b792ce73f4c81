// Gzipped size of what each page loads first, against its budget. Run after `npm run build`.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"

const OUT = "../src/hansard/api/static"
const BUDGETS = [
  { page: "list", roots: ["index.html", "src/features/session-list/index.ts"], kB: 190 },
  {
    page: "session",
    roots: [
      "index.html",
      "src/features/session/index.ts",
      "src/features/session/tabs/conversation/panel.tsx",
    ],
    kB: 225,
  },
]
const LAZY_KB = 60

const manifest = JSON.parse(readFileSync(join(OUT, ".vite/manifest.json"), "utf8"))
const gzipped = (file) => gzipSync(readFileSync(join(OUT, file)), { level: 9 }).length / 1000

function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen
  seen.add(key)
  for (const next of manifest[key]?.imports ?? []) closure(next, seen)
  return seen
}

function filesOf(roots) {
  const files = new Set()
  for (const root of roots) {
    if (!manifest[root]) throw new Error(`${root} is not in the manifest`)
    for (const key of closure(root)) {
      files.add(manifest[key].file)
      for (const css of manifest[key].css ?? []) files.add(css)
    }
  }
  return [...files]
}

let failed = false
for (const { page, roots, kB } of BUDGETS) {
  const total = filesOf(roots).reduce((sum, file) => sum + gzipped(file), 0)
  failed ||= total > kB
  console.log(`${page}: ${total.toFixed(1)} of ${kB} kB`)
}
for (const chunk of Object.values(manifest)) {
  if (!chunk.isDynamicEntry) continue
  const size = gzipped(chunk.file)
  failed ||= size > LAZY_KB
  console.log(`  lazy ${chunk.src ?? chunk.name}: ${size.toFixed(1)} of ${LAZY_KB} kB`)
}
process.exit(failed ? 1 : 0)
