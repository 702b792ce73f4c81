export { JsonTree } from "./json-tree"
export { Transcript } from "./transcript"
export { useFollow } from "./use-follow"
export { useSessionEvents } from "./use-session-events"
