import { Pencil, Trash2 } from "lucide-react"
import { useState } from "react"
import { deleteRule, type Rule } from "../../api/queries/settings"
import { settingsWords } from "../../domain/words/settings"
import { Button, IconButton } from "../../ui/button"
import { Dialog } from "../../ui/dialog"
import { Refused } from "../../ui/refused"
import { useAct } from "../session-actions"
import { Cell, type Column, DataTable, Row } from "./data-table"
import { RuleDialog } from "./rule-dialog"
import { RuleSwitch } from "./rule-switch"

const words = settingsWords.redaction
const COLUMNS: Column[] = [
  { label: words.on, className: "w-12" },
  { label: words.rule },
  { label: words.expression },
  { label: words.note },
  { label: words.acts, quiet: true },
]

/** Patterns of this workspace. */
export function OwnRules({ rules }: { rules: Rule[] }) {
  if (rules.length === 0) return <p className="prose-wrap pb-2 text-muted">{words.ownEmpty}</p>
  return (
    <DataTable label={words.own} columns={COLUMNS}>
      {rules.map((rule) => (
        <OwnRule key={rule.id} rule={rule} />
      ))}
    </DataTable>
  )
}

function OwnRule({ rule }: { rule: Rule }) {
  const [open, setOpen] = useState<"edit" | "delete" | null>(null)
  const close = () => setOpen(null)
  return (
    <Row>
      <Cell>
        <RuleSwitch rule={rule} />
      </Cell>
      <Cell className="font-medium">{rule.id}</Cell>
      <Cell whole className="md:min-w-40">
        <code className="wrap-anywhere">{rule.rule?.regex}</code>
        {rule.problem && <span className="block text-problem">{rule.problem}</span>}
      </Cell>
      <Cell whole className="text-muted md:min-w-32">
        {rule.description}
      </Cell>
      <Cell end className="whitespace-nowrap">
        <IconButton size="row" label={words.editLabel(rule.id)} onClick={() => setOpen("edit")}>
          <Pencil className="icon s" />
        </IconButton>
        <IconButton size="row" label={words.removeLabel(rule.id)} onClick={() => setOpen("delete")}>
          <Trash2 className="icon s" />
        </IconButton>
        {open === "edit" && <RuleDialog rule={rule} onClose={close} />}
        {open === "delete" && <DeleteDialog id={rule.id} onClose={close} />}
      </Cell>
    </Row>
  )
}

function DeleteDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { busy, error, run } = useAct()
  const remove = async () => {
    if (await run(() => deleteRule(id))) onClose()
  }
  return (
    <Dialog title={words.removeTitle(id)} onClose={onClose}>
      <p className="prose-wrap text-left whitespace-normal text-muted">{words.removeBody}</p>
      <Refused what={words.notChanged} why={error} />
      <div className="flex justify-end gap-2">
        <Button size="form" look="danger" disabled={busy} onClick={() => void remove()}>
          {words.remove}
        </Button>
        <Button size="form" look="primary" data-first onClick={onClose}>
          {words.keep}
        </Button>
      </div>
    </Dialog>
  )
}
