import { one } from "./count"

/** Words of the questions before an act on a session. */
export const dialogWords = {
  rename: {
    title: "Rename session",
    label: "Title",
    save: "Rename",
    cancel: "Cancel",
    failed: "The title was not saved",
  },

  remove: {
    title: (title: string) => `Delete “${title}”?`,
    body: "The transcript, its files and its search text are erased at once and cannot be brought back. A tombstone and the cost stay in the record, so bills and audit still add up.",
    messages: "Messages",
    events: "Events",
    calls: "Tool calls",
    cost: "Cost, kept",
    recorded: "The source file on this machine is not touched.",
    archive: "Archive instead",
    confirm: "Delete now",
    done: (title: string) => `Deleted ${title}`,
    failed: "Not deleted",
  },

  reset: {
    title: (title: string) => `Reset “${title}”?`,
    forgets: (messages: number) => `The agent forgets ${one(messages, "message")}`,
    forgetsTokens: (messages: number, tokens: string) =>
      `The agent forgets ${one(messages, "message")} and ${tokens} tokens of context`,
    starts: (segment: number) =>
      ` and starts clean in segment ${segment}. The event log is kept: what was said stays readable, searchable and in the bill.`,
    waiting: "What waits for a person is withdrawn, and queued messages are discarded.",
    recorded:
      "Another program runs this session and keeps a memory of its own. The reset is noted here; that program is not told.",
    confirm: "Reset",
    done: (title: string) => `Reset ${title}`,
    failed: "Not reset",
  },

  compact: {
    title: (title: string) => `Compact “${title}”?`,
    body: "Older messages are replaced by a summary in what the agent sees. The log keeps every one of them.",
    now: "Now",
    after: "After",
    kept: "Kept word for word",
    summary: "Summarised",
    estimating: "Estimating",
    estimate: (before: string, after: string, turns: number) =>
      `Estimate: ${before} tokens to about ${after}. The first and last turns, ${turns} in all, stay word for word.`,
    nothing: "Nothing is older than what is kept, so there is nothing to summarise yet.",
    noEstimate: (reason: string) => `No estimate: ${reason}`,
    recorded:
      "Another program runs this session. The summary is noted here; that program is not told.",
    instruction: "Instruction",
    optional: "optional",
    placeholder: "What must the summary keep? For example: every open question",
    confirm: "Compact",
    done: (before: string, after: string) => `Compacted, ${before} to ${after} tokens`,
    none: "There was nothing to summarise",
    failed: "Not compacted",
  },

  labels: {
    title: "Tags and labels",
    tags: "Tags",
    tagsHint: "Enter or a comma adds a tag.",
    remove: (tag: string) => `Remove the tag ${tag}`,
    initiative: "Initiative",
    plan: "Plan",
    optional: "optional",
    save: "Save",
    cancel: "Cancel",
    failed: "Not saved",
  },
} as const
