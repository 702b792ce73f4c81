export { default } from "./session.archived"
