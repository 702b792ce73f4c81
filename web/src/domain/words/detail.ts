import { one } from "./count"

/** Words of the views of one session: tabs, find, filters, replay. */
export const detailWords = {
  tabs: {
    context: "Context State",
    contextShort: "Context",
    metrics: "Metrics",
    timeline: "Timeline",
    files: "Files & diffs",
    filesShort: "Files",
    audit: "Audit",
  },

  detail: {
    loading: "Loading",
  },

  show: {
    label: "Show",
    all: "All",
    messages: "Messages",
    tools: "Tools",
    errors: "Errors",
    approvals: "Approvals",
    edits: "Edits",
    thinking: "Thinking",
    none: {
      all: "Nothing was said in this session yet.",
      messages: "No messages here.",
      tools: "No tool was called.",
      errors: "No errors.",
      approvals: "Nobody was asked for approval.",
      edits: "No file was edited.",
      thinking: "No thoughts were recorded.",
    },
    showAll: "Show everything",
  },

  finder: {
    open: "Find in this session",
    label: "Find in this session",
    placeholder: "Find",
    place: (at: number, total: string) => `${at.toLocaleString("en-US")} of ${total}`,
    none: "Nothing found",
    searching: "Searching",
    failed: "The search failed",
    next: "Next match",
    previous: "Previous match",
    close: "Close",
    browser: "Press Ctrl F again for the browser’s own search.",
  },

  content: {
    table: (rows: number, columns: number) => `${one(rows, "row")}, ${one(columns, "column")}`,
    firstRows: (shown: number, all: number) =>
      `The first ${shown.toLocaleString("en-US")} of ${all.toLocaleString("en-US")} rows`,
    rendered: "Rendered",
    plain: "As text",
    moreText: "Show more",
    trace: "Stack trace",
    diff: "Diff",
    foreignFrames: (count: number) => `${one(count, "frame")} in libraries`,
    copyJsonPath: "Copy the path",
    image: (size: string) => `Image${size ? `, ${size}` : ""}`,
    dimensions: (width: number, height: number) => `${width} × ${height} px`,
    openImage: "Show the image in full size",
    notAnImage: "This is not an image the browser can show.",
    binary: "Binary file",
    sha: (hash: string) => `sha256 ${hash}`,
    copySha: "Copy the sha256",
    subAgent: "Sub-agent",
    subAgentFailed: "The sub-agent’s session could not be loaded.",
    moreEarlier: "More in its own session",
  },

  replay: {
    label: "Replay",
    open: "Replay this session",
    position: "Position in the session",
    valueText: (seq: number, turn: number | null, at: string) =>
      [`event ${seq.toLocaleString("en-US")}`, turn === null ? null : `turn ${turn}`, at]
        .filter(Boolean)
        .join(", "),
    first: "First event",
    back: "Previous event",
    forward: "Next event",
    last: "Last event",
    play: "Play",
    pause: "Pause",
    speed: "Speed",
    times: (speed: number) => `${speed}×`,
    skipIdle: "Skip idle over 2 s",
    of: (last: string, at: string) => `of ${last}, ${at}`,
    viewing: (seq: string, last: string) => `Viewing at event ${seq} of ${last}`,
    detail: (turn: number | null, at: string) =>
      `${turn === null ? "" : `, turn ${turn}`}. Header, context, files and cost are as they were at ${at}.`,
    return: "Return to live",
    floor: (later: number) =>
      later === 0
        ? "Nothing can be sent while replaying."
        : `Nothing can be sent while replaying. ${one(later, "later event")} ${later === 1 ? "is" : "are"} hidden.`,
    statusAt: (status: string, at: string) => `${status} at ${at}`,
    now: (status: string) => `Now: ${status.charAt(0).toLowerCase()}${status.slice(1)}`,
    later: "Later",
    failed: "The replay could not be loaded",
    loading: "Loading the replay",
  },

  floor: {
    continue: "Continue this chat",
    resume: "Run this where the chat was held",
    earlier: (count: number) =>
      count === 1 ? "Show what was before the reset" : `Show what was before the ${count} resets`,
    hideEarlier: "Show only what is after the last reset",
  },

  more: {
    modelSwitch: (from: string, to: string) => `Model changed from ${from} to ${to}`,
    errorsAround: (by: 1 | -1) =>
      by > 0 ? "From the first error again" : "From the last error again",
    noErrors: "No errors",
    noErrorsHere: "No errors in what is loaded",
    expandAll: "All cards are open",
    collapseAll: "Cards are as they were",
    tags: "Tags",
    initiative: "Initiative",
    plan: "Plan",
  },
} as const
