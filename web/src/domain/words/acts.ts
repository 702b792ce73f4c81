/** Words of what a person may do to one session. */
export const actWords = {
  acts: {
    labels: "Tags and labels",
    reset: "Reset",
    compact: "Compact",
    openTab: "Open in new tab",
    export: "Export",
    exportAs: {
      jsonl: "Export as JSONL",
      markdown: "Export as Markdown",
      html: "Export as HTML",
    },
    exporting: (title: string) => `Exporting ${title}`,
    exported: (file: string) => `Saved ${file}`,
    exportFailed: "Not exported",
    exportFirst: "Export first",
    cancel: "Cancel",
    messages: "Messages",
    eventsKept: "Events, kept",
    costKept: "Cost, kept",
  },
} as const
