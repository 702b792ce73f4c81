import type { ImportSource } from "../../api/types"

export function isAtWork(sources: ImportSource[]): boolean {
  return sources.some((source) => source.state === "scanning" || source.state === "importing")
}

/** Files that could not be read in full; a folder without a session is not one of them. */
export function leftOut(sources: ImportSource[]): ImportSource["skipped"] {
  return sources.flatMap((source) => (source.files_total > 0 ? source.skipped : []))
}

/** Whether there is something to tell: work, a failure, files left out. */
export function isTelling(sources: ImportSource[]): boolean {
  const failed = sources.some((source) => source.state === "failed")
  return failed || leftOut(sources).length > 0 || isAtWork(sources)
}
