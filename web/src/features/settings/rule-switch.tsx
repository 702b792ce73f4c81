import { useState } from "react"
import { type Rule, switchRule } from "../../api/queries/settings"
import { settingsWords } from "../../domain/words/settings"
import { Switch } from "../../ui/switch"
import { showToast } from "../../ui/toast"
import { useAct } from "../session-actions"

const words = settingsWords.redaction

/** Switches a rule at once; where the server refuses, it goes back and says why. */
export function RuleSwitch({ rule }: { rule: Rule }) {
  const [wished, setWished] = useState<boolean | null>(null)
  const { busy, run } = useAct()
  const change = async (on: boolean) => {
    setWished(on)
    await run(async () => {
      try {
        await switchRule(rule.id, on)
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : ""
        showToast({ text: `${words.notChanged}: ${why}`, dismiss: settingsWords.dismiss })
      }
    })
    setWished(null)
  }
  return (
    <Switch
      label={words.switchLabel(rule.id)}
      checked={wished ?? rule.enabled}
      aria-busy={busy}
      onChange={(on) => void change(on)}
    />
  )
}
