import { one } from "./count"

/** Words of the palette. */
export const paletteWords = {
  palette: {
    title: "Search or jump to",
    placeholder: "Search sessions, pages and actions",
    open: "Search or jump to",
    sessions: "Sessions",
    recent: "Recent sessions",
    onSession: "On this session",
    goTo: "Go to",
    page: "This page",
    copyPage: "Copy link to this page",
    found: (count: number) => one(count, "session"),
    atLeast: (count: number) => `${count}+ sessions`,
    searching: "Searching",
    nothing: "Nothing matches",
    nothingHint: "Titles, keys, agents and everything that was said are searched.",
    commandCenter: "Command Center",
    shortcuts: "Keyboard shortcuts",
    keys: {
      choose: "choose",
      open: "open",
      actions: "actions only",
      close: "close",
    },
    pages: {
      "/sessions": "Sessions",
      "/settings/profile": "Profile",
      "/settings/keys": "API keys",
      "/settings/redaction": "Redaction",
      "/settings/imports": "Import sources",
      "/settings/diagnostics": "Diagnostics",
    },
  },
} as const
