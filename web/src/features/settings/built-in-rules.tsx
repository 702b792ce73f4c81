import { useState } from "react"
import type { Rule } from "../../api/queries/settings"
import { settingsWords } from "../../domain/words/settings"
import { Button } from "../../ui/button"
import { INPUT } from "../../ui/field"
import { Cell, type Column, DataTable, Row } from "./data-table"
import { PartHead } from "./page-head"
import { RuleSwitch } from "./rule-switch"

const words = settingsWords.redaction
const FEW = 12
const COLUMNS: Column[] = [
  { label: words.on, className: "w-12" },
  { label: words.rule },
  { label: words.what },
  { label: words.source },
]

/** The rules that came with the program or from a file: which there are, and which are on. */
export function BuiltInRules({ rules }: { rules: Rule[] }) {
  const [text, setText] = useState("")
  const [all, setAll] = useState(false)
  const wanted = text.trim().toLowerCase()
  const found = rules.filter(({ id, description }) =>
    `${id} ${description}`.toLowerCase().includes(wanted),
  )
  const shown = all || wanted ? found : found.slice(0, FEW)
  const on = rules.filter(({ enabled }) => enabled).length
  return (
    <>
      <PartHead title={words.builtIn} hint={words.active(on, rules.length)}>
        <input
          type="search"
          aria-label={words.search}
          placeholder={words.search}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className={`${INPUT} h-7! w-50!`}
        />
      </PartHead>
      <p className="prose-wrap pb-2 text-small text-muted">{words.known}</p>
      <DataTable label={words.builtIn} columns={COLUMNS}>
        {shown.map((rule) => (
          <Row key={rule.id}>
            <Cell>
              <RuleSwitch rule={rule} />
            </Cell>
            <Cell className="font-medium">{rule.id}</Cell>
            <Cell whole className="text-muted">
              {rule.description}
              {rule.problem && <span className="block text-attention">{rule.problem}</span>}
            </Cell>
            <Cell label={words.source} className="text-muted">
              {rule.source}
            </Cell>
          </Row>
        ))}
      </DataTable>
      {found.length === 0 && <p className="py-3 text-muted">{words.noMatch}</p>}
      {shown.length < found.length && (
        <Button className="mt-3" onClick={() => setAll(true)}>
          {words.showAll(found.length)}
        </Button>
      )}
    </>
  )
}
