export { SessionPage } from "./session-page"
export { TABS, type TabId } from "./tabs"
