import { Link } from "@tanstack/react-router"
import { useState } from "react"
import { entriesOf, type PartFigure } from "../../../../domain/context-budget"
import type { ContextEntry, ContextState } from "../../../../domain/detail"
import { formatCount, formatPercent, formatTokens } from "../../../../domain/format"
import { plainLine } from "../../../../domain/inline-text"
import { known } from "../../../../domain/reading"
import { contextWords } from "../../../../domain/words/views"
import { Button } from "../../../../ui/button"
import { Pieces } from "../../../session-facts"

const say = contextWords
const FIRST = 8
const MORE = 50

interface Props {
  part: PartFigure["part"]
  context: ContextState
  sessionId: string
}

/** What is in the chosen part, largest first. */
export function ItemTable({ part, context, sessionId }: Props) {
  const [limit, setLimit] = useState(FIRST)
  const entries = entriesOf(part, context)
  const total = entries.reduce((sum, entry) => sum + entry.tokens, 0)
  const left = entries.length - limit
  if (entries.length === 0) {
    const listed = part === "messages" || part === "context"
    const name = say.part[part]
    return (
      <p className="border-b border-line-soft py-3 text-small text-muted">
        {listed ? say.nothingIn(name.toLowerCase()) : say.noItems(name)}
      </p>
    )
  }
  return (
    <div className="overflow-x-auto">
      <table className="mt-1 w-full text-small">
        <thead>
          <tr className="h-8 border-b border-line-soft text-left text-meta text-faint *:font-normal">
            <th scope="col" className="w-28 max-md:w-20">
              {say.in(say.part[part])}
            </th>
            <th scope="col">{say.item}</th>
            <th scope="col" className="w-24 text-right max-md:hidden">
              {say.lastUsed}
            </th>
            <th scope="col" className="w-24 text-right max-md:w-16">
              {say.tokens}
            </th>
            <th scope="col" className="w-20 text-right max-md:w-14">
              {say.share}
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.slice(0, limit).map((entry) => (
            <Item key={entry.id} entry={entry} total={total} sessionId={sessionId} />
          ))}
        </tbody>
      </table>
      {left > 0 && (
        <Button
          look="ghost"
          size="row"
          className="mt-1 -ml-2 text-accent!"
          onClick={() => setLimit(limit + MORE)}
        >
          {say.more(Math.min(left, MORE))}
        </Button>
      )}
    </div>
  )
}

interface ItemProps {
  entry: ContextEntry
  total: number
  sessionId: string
}

function Item({ entry, total, sessionId }: ItemProps) {
  return (
    <tr className="h-8 border-b border-line-soft hover:bg-hover">
      <td className="truncate text-muted">{known(say.role, entry.role) ?? entry.role}</td>
      <td className="max-w-0 pr-4">
        <Link
          to="/sessions/$key"
          params={{ key: sessionId }}
          search={{ event: entry.id }}
          className="block truncate hover:text-accent"
          data-tip={plainLine(entry.title)}
        >
          <Pieces text={plainLine(entry.title)} code="none" />
        </Link>
      </td>
      <td className="num text-right text-muted max-md:hidden">{formatCount(entry.seq)}</td>
      <td className="num text-right">≈{formatTokens(entry.tokens)}</td>
      <td className="num text-right text-muted">
        {formatPercent(total === 0 ? 0 : entry.tokens / total)}
      </td>
    </tr>
  )
}
