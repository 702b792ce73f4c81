import { describe, expect, test } from "vitest"
import { isTangled } from "./markdown-blocks"

describe("a block that would freeze the page", () => {
  test.each([
    ["marks of emphasis in each other", "*a_".repeat(20_000)],
    ["a text without a space", "a.".repeat(30_000)],
    ["the same behind a fence that is closed", `\`\`\`\n\`\`\`\n${"*a_".repeat(20_000)}`],
  ])("is not read: %s", (_, block) => {
    expect(isTangled(block)).toBe(true)
  })

  test.each([
    ["a long text", "Some words of *a* paragraph. ".repeat(600)],
    ["a long list of names", "- `snake_case_name` is **old**\n".repeat(300)],
    ["code", `\`\`\`py\n${"a_b = c_d * e_f\n".repeat(5_000)}\`\`\``],
  ])("is something else than %s", (_, block) => {
    expect(isTangled(block)).toBe(false)
  })
})
