import { one } from "./count"

/** Words of the Command Center and the peek. */
export const centerWords = {
  center: {
    title: "Command Center",
    button: (active: string, needsYou: string) =>
      `Command Center: ${active} active, ${needsYou} need you`,
    buttonPlain: "Command Center",
    tip: (mod: string) => `Command Center, ${mod} J`,
    whose: "Whose sessions",
    mine: "Mine",
    all: "All",
    pin: "Pin beside the page",
    unpin: "Unpin",
    close: "Close the Command Center",
    sections: { attention: "Needs you", active: "Active now", recent: "Recent" },
    last24: (count: string) => `last 24 hours, ${count}`,
    none: {
      attention: "Nothing needs you.",
      active: "Nothing is running.",
      recent: "Nothing ended in the last 24 hours.",
    },
    failed: "The Command Center could not be loaded",
    more: { attention: "All that need you", active: "All active", recent: "All sessions" },
    loading: "Loading",
    peek: "Peek",
  },

  peek: {
    label: "Peek",
    title: (title: string) => `Peek at ${title}`,
    open: "Open",
    close: "Close the peek",
    last: (count: number) => `Last ${one(count, "event")}`,
    loading: "Loading events",
    failed: "The events could not be loaded",
    empty: "Nothing was said yet.",
    gone: "This session was deleted.",
  },
} as const
