/**
 * Splits a markdown text into its top-level blocks, so that a growing answer re-renders only its
 * last one. Joining the blocks gives the text back.
 */
export function splitBlocks(text: string): string[] {
  const blocks: string[] = []
  let block = ""
  let fence: string | null = null
  let blank = false
  for (const line of text.split(/(?<=\n)/)) {
    const bare = line.trimEnd()
    if (fence === null && blank && bare !== "" && !continues(block, line)) {
      blocks.push(block)
      block = ""
    }
    block += line
    if (fence !== null) {
      if (closes(fence, bare)) fence = null
    } else {
      fence = opens(bare)
    }
    blank = fence === null && bare === ""
  }
  if (block !== "") blocks.push(block)
  return blocks
}

/** After a blank line, only an indented line, or the next item, still belongs to a list. */
function continues(block: string, line: string): boolean {
  if (/^( {2,}|\t)\S/.test(line)) return true
  return isItem(block) && isItem(line) && ordered(block) === ordered(line)
}

const isItem = (text: string) => /^ {0,3}([-*+]|\d{1,9}[.)])\s/.test(text)
const ordered = (text: string) => /^ {0,3}\d/.test(text)

function opens(line: string): string | null {
  return /^ {0,9}(`{3,}|~{3,})[^`]*$/.exec(line)?.[1] ?? null
}

function closes(fence: string, line: string): boolean {
  const close = /^ {0,9}(`{3,}|~{3,})$/.exec(line)?.[1]
  return close !== undefined && close[0] === fence[0] && close.length >= fence.length
}

const MOST_MARKS = 2_000
const LONGEST_RUN = 4_000

/**
 * Whether reading a block would freeze the page: the time for marks of emphasis, and for a text
 * without a space, grows with the square of their number. Fenced code is not read.
 */
export function isTangled(block: string): boolean {
  if (block.length <= LONGEST_RUN) return false
  let marks = 0
  let fence: string | null = null
  for (const line of block.split("\n")) {
    const bare = line.trimEnd()
    if (fence !== null) {
      if (closes(fence, bare)) fence = null
      continue
    }
    fence = opens(bare)
    if (fence !== null) continue
    marks += line.match(/[*_~]/g)?.length ?? 0
    if (marks > MOST_MARKS || line.split(/\s/).some((run) => run.length > LONGEST_RUN)) return true
  }
  return false
}
