import { describe, expect, test } from "vitest"
import { inlinePieces, plainLine, secretPieces } from "./inline-text"
import { safeReturn, tokenIn } from "./login-token"
import { splitBlocks } from "./markdown-blocks"
import { createFrameParser } from "./sse"

describe("redacted values (S2-35)", () => {
  test("become chips by name, wherever they stand", () => {
    expect(secretPieces("psql [secret:DB_URL] -c [secret:github-pat#7f3a]")).toEqual([
      { kind: "text", text: "psql " },
      { kind: "secret", text: "DB_URL" },
      { kind: "text", text: " -c " },
      { kind: "secret", text: "github-pat#7f3a" },
    ])
  })

  test("are told from text that only looks like one", () => {
    expect(secretPieces("[secret:] [secret: a b]")).toEqual([
      { kind: "text", text: "[secret:] [secret: a b]" },
    ])
  })
})

describe("one line of markdown", () => {
  test("keeps code apart and drops marks that mean nothing here", () => {
    expect(inlinePieces("## Done\n\n- **Banker's** rounding in `tax.py`")).toEqual([
      { kind: "text", text: "Done Banker's rounding in " },
      { kind: "code", text: "tax.py" },
    ])
  })

  test("names a link by its text", () => {
    expect(plainLine("see [the guide](https://example.com/x) now")).toBe("see the guide now")
  })
})

describe("markdown blocks", () => {
  const text =
    "# Title\n\nOne\ntwo\n\n- a\n\n  more of a\n\n- b\n\n1. x\n\n```py\nif a:\n\n    b()\n```\n\nlast"

  test("are paragraphs, whole lists and whole fences", () => {
    expect(splitBlocks(text)).toEqual([
      "# Title\n\n",
      "One\ntwo\n\n",
      "- a\n\n  more of a\n\n- b\n\n",
      "1. x\n\n",
      "```py\nif a:\n\n    b()\n```\n\n",
      "last",
    ])
  })

  test("join to the text again", () => {
    expect(splitBlocks(text).join("")).toBe(text)
    expect(splitBlocks("")).toEqual([])
  })

  test("do not change when the text grows, but for the last two", () => {
    for (let end = 1; end < text.length; end++) {
      const before = splitBlocks(text.slice(0, end))
      const after = splitBlocks(text.slice(0, end + 1))
      // A lone "-" may still turn out to be the next item of the list above.
      const settled = before.slice(0, -2)
      expect(after.slice(0, settled.length)).toEqual(settled)
    }
  })

  test("keep an open fence together, blank lines and all", () => {
    expect(splitBlocks("```\na\n\nb\n\nc")).toHaveLength(1)
  })
})

describe("server-sent events", () => {
  const stream =
    ': ping\n\nid: 41\nevent: agent.message\ndata: {"a":\ndata: 1}\n\r\nevent: event_delta\ndata: x\n\n'

  test("come whole, however the network cuts them", () => {
    const whole = createFrameParser()(stream)
    expect(whole).toEqual([
      { id: "41", event: "agent.message", data: '{"a":\n1}' },
      { id: null, event: "event_delta", data: "x" },
    ])
    for (let cut = 1; cut < stream.length; cut++) {
      const parse = createFrameParser()
      expect([...parse(stream.slice(0, cut)), ...parse(stream.slice(cut))]).toEqual(whole)
    }
  })

  test("wait for the end of a frame", () => {
    const parse = createFrameParser()
    expect(parse("data: half")).toEqual([])
    expect(parse(" a frame\n\n")).toEqual([{ id: null, event: "message", data: "half a frame" }])
  })
})

describe("signing in", () => {
  test.each([
    ["http://127.0.0.1:4777/login?token=abc123", "abc123"],
    ["http://127.0.0.1:4777/login#token=abc123", "abc123"],
    ["  abc123 ", "abc123"],
    ["", null],
    ["two words", null],
  ])("finds the token in %s", (pasted, token) => {
    expect(tokenIn(pasted)).toBe(token)
  })

  test("never leads to another site", () => {
    expect(safeReturn("/sessions?tab=chats")).toBe("/sessions?tab=chats")
    for (const evil of [
      "//evil.example",
      "/\\evil.example",
      "https://evil.example",
      "/\t/evil.example",
      "/\n/evil.example",
      undefined,
    ]) {
      expect(safeReturn(evil)).toBe("/sessions")
    }
  })
})
