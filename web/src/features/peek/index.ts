export { PeekLayer } from "./layer"
export { closePeek, openPeek } from "./use-peek"
