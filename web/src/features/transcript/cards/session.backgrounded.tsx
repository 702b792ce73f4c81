export { default } from "./session.linked"
