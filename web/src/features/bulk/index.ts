import "./bulk.css"

/**
 * Choosing rows and acting on many. A table calls `useSelectionScope` once with what it shows and
 * puts `RowCheckbox` and `PageCheckbox` into its first column; rows carry `data-row={id}`.
 */
export { BulkLayer } from "./layer"
export { PageCheckbox, RowCheckbox } from "./row-checkbox"
export type { ListScope } from "./selection"
export { useIsSelected, useIsSelecting, useSelection, useSelectionScope } from "./use-selection"
