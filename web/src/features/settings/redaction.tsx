import { Plus } from "lucide-react"
import { useState } from "react"
import { type Rule, rules } from "../../api/queries/settings"
import { settingsWords } from "../../domain/words/settings"
import { Button } from "../../ui/button"
import { BuiltInRules } from "./built-in-rules"
import { OwnRules } from "./own-rules"
import { PageHead, PartHead } from "./page-head"
import { Reading } from "./reading"
import { RedactionTest } from "./redaction-test"
import { Rescans } from "./rescans"
import { RuleDialog } from "./rule-dialog"

const words = settingsWords.redaction

/** What is taken out before anything is kept: own patterns, a box to try them, built-in rules. */
export function Redaction() {
  const [adding, setAdding] = useState(false)
  return (
    <>
      <PageHead title={settingsWords.pages.redaction} hint={words.hint}>
        <Button onClick={() => setAdding(true)}>
          <Plus className="icon s" />
          {words.add}
        </Button>
      </PageHead>
      <Reading query={rules} name={settingsWords.pages.redaction} failed={words.failed}>
        {(all) => <Rules all={all} />}
      </Reading>
      {adding && <RuleDialog rule={null} onClose={() => setAdding(false)} />}
    </>
  )
}

/** A pattern of one's own is the one that came with its expression. */
function Rules({ all }: { all: Rule[] }) {
  const own = all.filter(({ rule }) => rule)
  const builtIn = all.filter(({ rule }) => !rule)
  const version = all.map(({ id, enabled, rule }) => `${id}${enabled}${rule?.regex ?? ""}`).join()
  return (
    <>
      <PartHead title={words.own} first />
      <OwnRules rules={own} />
      <RedactionTest rulesVersion={version} />
      <BuiltInRules rules={builtIn} />
      <Rescans />
    </>
  )
}
