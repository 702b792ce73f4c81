export { type SessionActs, useSessionActs } from "./acts"
export { sessionMenu } from "./menu"
