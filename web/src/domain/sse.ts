/** Server-sent events from text, in whatever pieces the network delivers it. */

export interface Frame {
  /** Only durable frames have one: the cursor to resume after. */
  id: string | null
  event: string
  data: string
}

/** A parser that keeps what is incomplete; comments (heartbeats) give nothing. */
export function createFrameParser(): (chunk: string) => Frame[] {
  let rest = ""
  return (chunk) => {
    const blocks = (rest + chunk).replace(/\r\n?/g, "\n").split("\n\n")
    rest = blocks.pop() ?? ""
    return blocks.map(parseBlock).filter((frame) => frame !== null)
  }
}

function parseBlock(block: string): Frame | null {
  let id: string | null = null
  let event = "message"
  const data: string[] = []
  for (const line of block.split("\n")) {
    if (line.startsWith(":")) continue
    const colon = line.indexOf(":")
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "")
    if (field === "data") data.push(value)
    else if (field === "event") event = value
    else if (field === "id") id = value
  }
  return data.length > 0 ? { id, event, data: data.join("\n") } : null
}
