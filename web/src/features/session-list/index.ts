export { SessionListPage } from "./session-list-page"
