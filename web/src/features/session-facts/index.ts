export { Age, Clock, Moment } from "./age"
export {
  applyDatePreference,
  datePreference,
  saveDatePreference,
  type Zone,
} from "./date-preference"
export { CostText, TokensText } from "./figures"
export { OwnerAvatar } from "./owner"
export { Pieces } from "./pieces"
export { StatusBadge, StatusIcon, StatusLabel } from "./status"
export { ToolIcon, ToolIcons } from "./tool-icons"
export { useDeleted, useOrderVersion, useSessionRow } from "./use-session-rows"
