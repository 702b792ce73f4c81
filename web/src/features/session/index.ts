export { SessionPage } from "./session-page"
export { TABS } from "./tabs"
