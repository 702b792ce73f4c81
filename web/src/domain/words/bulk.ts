import { one } from "./count"

const number = (count: number) => count.toLocaleString("en-US")
const sessions = (count: number) => one(count, "session")

/** Words of acting on many sessions at once. */
export const bulkWords = {
  label: "Selected sessions",
  selected: (count: number) => `${number(count)} selected`,
  selectAll: (count: number, exact: boolean) => `Select all ${number(count)}${exact ? "" : "+"}`,
  counting: "Counting",
  tooMany: "More than 10,000 sessions match. Narrow the filter.",
  allMatching: "all that match the filters",
  hidden: (count: number) => `${number(count)} not in this view`,
  leaveOut: "Leave out",
  clear: "Clear the selection",
  acts: {
    reset: "Reset",
    compact: "Compact",
    export: "Export",
    archive: "Archive",
    unarchive: "Unarchive",
    tag: "Tag",
    delete: "Delete",
  },
  exporting: (count: number) => `Exporting ${sessions(count)}`,
  exported: (file: string) => `Saved ${file}`,
  exportFailed: "Not exported",
  notStarted: "Not started",
  undo: "Undo",
  cancel: "Cancel",
  sessions: "Sessions",
  messages: "Messages",
  events: "Events",
  cost: "Cost, kept",
  hiddenIn: (count: number) =>
    `${sessions(count)} of these ${count === 1 ? "is" : "are"} not in the view now.`,
  byFilter:
    "The filter is applied again on the server; if it finds another number, nothing is done.",

  reset: {
    title: (count: number) => `Reset ${sessions(count)}?`,
    body: "Each agent forgets what was said and starts clean in a new segment. The event logs are kept: they stay readable, searchable and in the bill.",
    confirm: (count: number) => `Reset ${number(count)}`,
  },
  compact: {
    title: (count: number) => `Compact ${sessions(count)}?`,
    body: "In each session older messages are replaced by a summary in what the agent sees. The logs keep every one of them. Where nothing is old enough, nothing changes.",
    confirm: (count: number) => `Compact ${number(count)}`,
  },
  tag: {
    title: (count: number) => `Tag ${sessions(count)}`,
    add: "Add",
    remove: "Take away",
    mode: "What to do with the tags",
    confirmAdd: "Add tags",
    confirmRemove: "Take tags away",
  },
  delete: {
    title: (count: number) => `Delete ${sessions(count)}?`,
    body: "Their transcripts, files and search text are erased at once and cannot be brought back. Tombstones and costs stay in the record, so bills and audit still add up.",
    type: (count: number) => `Type ${count} to delete them`,
    exportFirst: "Export first",
    confirm: "Delete now",
    archive: "Archive instead",
  },

  job: {
    label: "Bulk job",
    doing: {
      archive: (count: number) => `Archiving ${sessions(count)}`,
      unarchive: (count: number) => `Unarchiving ${sessions(count)}`,
      delete: (count: number) => `Deleting ${sessions(count)}`,
      reset: (count: number) => `Resetting ${sessions(count)}`,
      compact: (count: number) => `Compacting ${sessions(count)}`,
      tag: (count: number) => `Tagging ${sessions(count)}`,
      untag: (count: number) => `Taking tags from ${sessions(count)}`,
    },
    done: {
      archive: (count: number) => `Archived ${sessions(count)}`,
      unarchive: (count: number) => `Unarchived ${sessions(count)}`,
      delete: (count: number) => `Deleted ${sessions(count)}`,
      reset: (count: number) => `Reset ${sessions(count)}`,
      compact: (count: number) => `Compacted ${sessions(count)}`,
      tag: (count: number) => `Tagged ${sessions(count)}`,
      untag: (count: number) => `Took tags from ${sessions(count)}`,
    },
    stopped: (done: number, total: number) =>
      `Stopped after ${number(done)} of ${number(total)}. What is done stays done.`,
    goesOn: "Goes on if you leave.",
    left: (time: string) => `About ${time} left. Goes on if you leave.`,
    progress: (done: number, total: number) => `${number(done)} / ${number(total)}`,
    failed: (count: number) => `${number(count)} failed`,
    more: (count: number) => `and ${number(count)} more`,
    stop: "Stop here",
    retry: (count: number) => `Retry the ${number(count)} failed`,
    copy: "Copy the list",
    copied: "Copied",
    open: "Open",
    close: "Close",
    lost: "The job could not be read",
  },
} as const
