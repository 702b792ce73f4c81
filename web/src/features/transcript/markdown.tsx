import { Lexer, type MarkedToken, type Token } from "marked"
import { Fragment, memo, type ReactNode, useMemo, useState } from "react"
import { isTangled, splitBlocks } from "../../domain/markdown-blocks"
import { transcriptWords } from "../../domain/words/transcript"
import { Button } from "../../ui/button"
import { Pieces } from "../session-facts"

/**
 * Markdown of messages, block by block: a growing answer renders only its last block again. It
 * becomes elements, never HTML: markup in the source is shown as text, remote images are named and
 * never fetched.
 */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => splitBlocks(text), [text])
  return (
    <div className="md min-w-0">
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks are only ever added at the end
        <Block key={index} source={block} />
      ))}
    </div>
  )
})

const Block = memo(function Block({ source }: { source: string }) {
  const tokens = tokensOf(source)
  return <div className="md-block">{tokens ? drawn(tokens, 0) : <Unread text={source} />}</div>
})

const CUT = 4_000

/** As it was written, a part of it at first: the browser takes seconds to break a long line. */
function Unread({ text }: { text: string }) {
  const [whole, setWhole] = useState(text.length <= CUT)
  return (
    <>
      <p className="wrap-anywhere whitespace-pre-wrap">
        <Plain text={whole ? text : text.slice(0, CUT)} />
      </p>
      {!whole && (
        <Button
          look="ghost"
          size="row"
          className="-ml-2 text-accent!"
          onClick={() => setWhole(true)}
        >
          {transcriptWords.showRest(text.length - CUT)}
        </Button>
      )}
    </>
  )
}

// A line that was broken when it was said stays broken.
const OPTIONS = { gfm: true, breaks: true }
const CACHE_SIZE = 500
const cache = new Map<string, Token[] | null>()

/** Null for what is not read as markdown: it is tangled, or a thousand quotes in each other. */
function tokensOf(source: string): Token[] | null {
  const known = cache.get(source)
  if (known !== undefined) return known
  let tokens: Token[] | null = null
  try {
    if (!isTangled(source)) tokens = Lexer.lex(source, OPTIONS)
  } catch {
    tokens = null // too deep for the stack
  }
  if (cache.size >= CACHE_SIZE) cache.delete(cache.keys().next().value ?? "")
  cache.set(source, tokens)
  return tokens
}

/** Deeper than anyone writes, shallower than the browser's stack. */
const DEEPEST = 40
const WEB = /^(https?:|mailto:)/i

type Inner = (tokens: Token[]) => ReactNode
type OfType<T> = Extract<MarkedToken, { type: T }>
type Draw = { [T in MarkedToken["type"]]: (token: OfType<T>, inner: Inner) => ReactNode }

function drawn(tokens: Token[], depth: number): ReactNode {
  return tokens.map((token, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: tokens of one text never move
    <Fragment key={index}>{drawnOne(token as MarkedToken, depth)}</Fragment>
  ))
}

function drawnOne(token: MarkedToken, depth: number): ReactNode {
  if (depth > DEEPEST) return token.raw
  const draw = DRAW[token.type] as (token: MarkedToken, inner: Inner) => ReactNode
  return draw(token, (tokens) => drawn(tokens, depth + 1))
}

const DRAW: Draw = {
  space: () => null,
  def: () => null,
  br: () => <br />,
  hr: () => <hr />,
  html: ({ text }) => <Plain text={text} />,
  escape: ({ text }) => text,
  text: (token, inner) => (token.tokens ? inner(token.tokens) : <Plain text={token.text} />),
  codespan: ({ text }) => (
    <code>
      <Plain text={text} />
    </code>
  ),
  code: ({ text }) => (
    <pre tabIndex={0}>
      <code>
        <Plain text={text} />
      </code>
    </pre>
  ),
  paragraph: ({ tokens }, inner) => <p>{inner(tokens)}</p>,
  // The page's own heading is above: those of a message are all one level below it.
  heading: ({ tokens, depth }, inner) => <h3 className={`h-${depth}`}>{inner(tokens)}</h3>,
  blockquote: ({ tokens }, inner) => <blockquote>{inner(tokens)}</blockquote>,
  list: ({ ordered, start, items }, inner) => {
    const lines = items.map((item, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: items of one list never move
      <li key={index}>{inner(item.tokens)}</li>
    ))
    return ordered ? <ol start={start === "" ? 1 : start}>{lines}</ol> : <ul>{lines}</ul>
  },
  list_item: ({ tokens }, inner) => inner(tokens),
  checkbox: ({ checked }) => (checked ? "☑ " : "☐ "),
  strong: ({ tokens }, inner) => <strong>{inner(tokens)}</strong>,
  em: ({ tokens }, inner) => <em>{inner(tokens)}</em>,
  del: ({ tokens }, inner) => <del>{inner(tokens)}</del>,
  link: ({ href, tokens }, inner) =>
    WEB.test(href) ? (
      <Outward href={href}>{inner(tokens)}</Outward>
    ) : (
      <span data-tip={href}>{inner(tokens)}</span>
    ),
  image: ({ href, text }) => {
    if (!WEB.test(href)) return transcriptWords.image(text || href)
    const host = URL.canParse(href) ? new URL(href).host : href
    const named = transcriptWords.remoteImage(text ? `“${text}”` : "", host)
    return <Outward href={href}>{named}</Outward>
  },
  table: ({ header, rows }, inner) => (
    <div className="table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {header.map((cell, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
              <th key={column}>{inner(cell.tokens)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, line) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows never move
            <tr key={line}>
              {row.map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
                <td key={column}>{inner(cell.tokens)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  ),
}

/** Someone else's words as they are; redacted values are chips by name, in prose and in code. */
function Plain({ text }: { text: string }) {
  return <Pieces text={text} code="none" />
}

function Outward({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  )
}
