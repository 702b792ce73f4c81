import { describe, expect, test } from "vitest"
import { visible } from "./visible"

describe("a text of others", () => {
  test("cannot turn its direction, so that a name shows as another one", () => {
    expect(visible("report \u202efdp.exe")).toBe("report [U+202E]fdp.exe")
  })

  test("shows that a control character stood there, and keeps lines and tabs", () => {
    expect(visible("a\u0000b\u001b[31m\tc\nd")).toBe("a\ufffdb\ufffd[31m\tc\nd")
  })

  test("keeps other scripts and emoji as they are", () => {
    expect(visible("ключ ünï ☃ 👩‍🚀 שלום")).toBe("ключ ünï ☃ 👩‍🚀 שלום")
  })
})
