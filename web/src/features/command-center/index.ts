export { CommandCenterLayer } from "./layer"
