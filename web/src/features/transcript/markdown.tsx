import DOMPurify from "dompurify"
import { Marked, type Tokens } from "marked"
import { memo, useMemo } from "react"
import { splitBlocks } from "../../domain/markdown-blocks"
import { words } from "../../domain/words"

/**
 * Markdown of messages, block by block: a growing answer renders only its last block again. HTML
 * in the source is shown as text, remote images are named and never fetched.
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
  const html = useMemo(() => toHtml(source), [source])
  const inner = { __html: html as unknown as string }
  // biome-ignore lint/security/noDangerouslySetInnerHtml: the one place; DOMPurify vouches for it
  return <div className="md-block" dangerouslySetInnerHTML={inner} />
})

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }
const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? "")

/** Redacted values are chips by name, in prose and in code alike. */
function withChips(html: string): string {
  return html.replace(
    /\[secret:([^\]\s<>&"]{1,120})\]/g,
    `<span class="secret" data-tip="${words.transcript.redacted}">$1</span>`,
  )
}

const WEB = /^(https?:|mailto:)/i

const marked = new Marked({
  gfm: true,
  // A line that was broken when it was said stays broken.
  breaks: true,
  renderer: {
    html: ({ text }) => withChips(escaped(text)),
    text(token) {
      const nested = "tokens" in token ? (token as Tokens.Text).tokens : undefined
      if (nested) return this.parser.parseInline(nested)
      return withChips("escaped" in token && token.escaped ? token.text : escaped(token.text))
    },
    codespan: ({ text }) => `<code>${withChips(escaped(text))}</code>`,
    code: ({ text }) => `<pre tabindex="0"><code>${withChips(escaped(text))}</code></pre>`,
    // The page's own heading is above: those of a message are all one level below it.
    heading({ tokens, depth }) {
      return `<h3 class="h-${depth}">${this.parser.parseInline(tokens)}</h3>`
    },
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens)
      if (!WEB.test(href)) return `<span data-tip="${escaped(href)}">${text}</span>`
      return `<a href="${escaped(href)}" target="_blank" rel="noopener noreferrer nofollow">${text}</a>`
    },
    image({ href, text }) {
      if (!WEB.test(href)) return escaped(words.transcript.image(text || href))
      const host = URL.canParse(href) ? new URL(href).host : href
      const label = escaped(words.transcript.remoteImage(text ? `“${text}”` : "", host))
      return `<a href="${escaped(href)}" target="_blank" rel="noopener noreferrer nofollow">${label}</a>`
    },
    table(token) {
      const cell = (cells: Tokens.TableCell[], tag: "th" | "td") =>
        cells.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join("")
      const rows = token.rows.map((row) => `<tr>${cell(row, "td")}</tr>`).join("")
      return `<div class="table" tabindex="0"><table><thead><tr>${cell(token.header, "th")}</tr></thead><tbody>${rows}</tbody></table></div>`
    },
    checkbox: ({ checked }) => (checked ? "☑ " : "☐ "),
  },
})

const CACHE_SIZE = 500
const cache = new Map<string, TrustedHTML | string>()

function toHtml(source: string): TrustedHTML | string {
  const known = cache.get(source)
  if (known !== undefined) return known
  const html = DOMPurify.sanitize(marked.parse(source, { async: false }), {
    ALLOWED_TAGS: [
      "p",
      "br",
      "strong",
      "em",
      "del",
      "code",
      "pre",
      "h3",
      "ul",
      "ol",
      "li",
      "a",
      "span",
      "blockquote",
      "hr",
      "div",
      "table",
      "thead",
      "tbody",
      "tr",
      "th",
      "td",
    ],
    ALLOWED_ATTR: ["class", "href", "target", "rel", "start", "data-tip", "tabindex"],
    RETURN_TRUSTED_TYPE: true,
  })
  if (cache.size >= CACHE_SIZE) cache.delete(cache.keys().next().value ?? "")
  cache.set(source, html)
  return html
}
