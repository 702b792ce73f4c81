// Runs dependency-cruiser and fails when it read nothing: with a TypeScript it does not know
// it cruises 0 modules and reports success.
import { execFileSync } from "node:child_process"

const args = ["depcruise", "src", "--config", ".dependency-cruiser.cjs", "--output-type", "json"]
let output
try {
  output = execFileSync("npx", ["--no-install", ...args], { encoding: "utf8", maxBuffer: 1 << 28 })
} catch (error) {
  output = error.stdout
  if (!output) throw error
}

const { summary, modules } = JSON.parse(output)
const own = modules.filter((module) => module.source.startsWith("src/")).length
for (const { rule, from, to } of summary.violations) console.error(`${rule.name}: ${from} -> ${to}`)
if (own === 0) {
  console.error("no module was read: the check proves nothing")
  process.exit(1)
}
if (summary.violations.length > 0) process.exit(1)
console.log(`${own} modules, ${summary.totalDependenciesCruised} imports, no violation`)
