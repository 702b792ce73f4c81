import { KeyRound, Plus } from "lucide-react"
import { useState } from "react"
import { type ApiKey, apiKeys } from "../../api/queries/settings"
import { settingsWords } from "../../domain/words/settings"
import { Button } from "../../ui/button"
import { Tag } from "../../ui/small"
import { Moment } from "../session-facts"
import { Cell, type Column, DataTable, Row } from "./data-table"
import { NewKeyDialog } from "./new-key-dialog"
import { PageHead } from "./page-head"
import { Reading } from "./reading"
import { RevokeDialog } from "./revoke-dialog"

const words = settingsWords.keys
const { columns } = words
const COLUMNS: Column[] = [
  { label: columns.name },
  { label: columns.scope },
  { label: columns.created },
  { label: columns.used },
  { label: columns.expires },
  { label: columns.acts, quiet: true },
]

/** API keys of the workspace: made, seen once, revoked. */
export function Keys() {
  const [making, setMaking] = useState(false)
  return (
    <>
      <PageHead title={settingsWords.pages.keys} hint={words.hint} />
      <Reading query={apiKeys} name={settingsWords.pages.keys} failed={words.failed}>
        {(keys) => (
          <>
            {keys.length === 0 ? <NoKeys /> : <KeyTable keys={keys} />}
            <Button
              look={keys.length === 0 ? "primary" : "plain"}
              className="mt-3"
              onClick={() => setMaking(true)}
            >
              <Plus className="icon s" />
              {words.create}
            </Button>
          </>
        )}
      </Reading>
      {making && <NewKeyDialog onClose={() => setMaking(false)} />}
    </>
  )
}

function NoKeys() {
  return (
    <div className="flex gap-3 pt-1 pb-1">
      <KeyRound aria-hidden="true" className="icon mt-0.5 text-faint" />
      <div>
        <p className="font-medium">{words.empty}</p>
        <p className="prose-wrap text-muted">{words.emptyHint}</p>
      </div>
    </div>
  )
}

/** Those that work first, the newest of them first. */
function inOrder(keys: ApiKey[]): ApiKey[] {
  const rank = (key: ApiKey) => (key.revoked_at ? 1 : 0)
  return [...keys].sort((a, b) => rank(a) - rank(b) || b.created_at.localeCompare(a.created_at))
}

function KeyTable({ keys }: { keys: ApiKey[] }) {
  return (
    <DataTable label={settingsWords.pages.keys} columns={COLUMNS}>
      {inOrder(keys).map((key) => (
        <KeyRow key={key.id} of={key} />
      ))}
    </DataTable>
  )
}

function KeyRow({ of: key }: { of: ApiKey }) {
  const [asking, setAsking] = useState(false)
  const expired = key.expires_at !== null && Date.parse(key.expires_at) < Date.now()
  return (
    <Row>
      <Cell whole>
        <span className={key.revoked_at ? "text-muted" : "font-medium"}>{key.name}</span>
        <code className="block text-meta text-faint">{key.prefix}…</code>
      </Cell>
      <Cell label={columns.scope}>{key.scope}</Cell>
      <Cell label={columns.created} className="whitespace-nowrap text-muted">
        <Moment at={key.created_at} />
      </Cell>
      <Cell label={columns.used} className="whitespace-nowrap text-muted">
        {key.last_used_at ? <Moment at={key.last_used_at} /> : words.never}
      </Cell>
      <Cell label={columns.expires} className="whitespace-nowrap text-muted">
        {key.expires_at ? <Moment at={key.expires_at} /> : words.noExpiry}
      </Cell>
      <Cell end whole>
        {key.revoked_at ? (
          <Tag>{words.revoked}</Tag>
        ) : expired ? (
          <Tag>{words.expired}</Tag>
        ) : (
          <Button
            size="row"
            look="danger"
            aria-label={words.revokeLabel(key.name)}
            onClick={() => setAsking(true)}
          >
            {words.revoke}
          </Button>
        )}
        {asking && <RevokeDialog of={key} onClose={() => setAsking(false)} />}
      </Cell>
    </Row>
  )
}
