export { default } from "./agent.tool_use"
