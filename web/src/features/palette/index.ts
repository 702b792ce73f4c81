export { PaletteLayer } from "./layer"
