export { type SessionActs, useSessionActs } from "./acts"
export { contextItems, exportMenu, sessionMenu } from "./menu"
export { sayDone, sayFailed } from "./said"
export { reasonOf, useAct } from "./use-act"
