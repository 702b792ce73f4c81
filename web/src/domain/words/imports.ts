import { one } from "./count"

/** Words of an import that is under way. */
export const importWords = {
  label: "Import",
  found: (count: number) =>
    count === 1 ? "session found on this machine so far" : "sessions found on this machine so far",
  sessions: (count: number) => one(count, "session"),
  readOnly: "Source files are only read. Secrets leave by name, never by value.",
  scanning: "Scanning",
  importing: "Importing",
  watching: "Watching",
  done: "Done",
  failed: "Failed",
  of: (total: string) => `of ${total} files`,
  progress: (name: string) => `Import of ${name}`,
  skipped: (count: number) =>
    `${one(count, "file")} could not be read in full. What was readable is here.`,
  show: "Show them",
  hide: "Hide them",
} as const
