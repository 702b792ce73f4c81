import { FoldVertical, RotateCcw, Tag } from "lucide-react"
import { type ReactNode, useId, useState } from "react"
import { formatCost, formatCount } from "../../domain/format"
import { bulkWords } from "../../domain/words/bulk"
import { dialogWords } from "../../domain/words/dialogs"
import { Button } from "../../ui/button"
import { Dialog } from "../../ui/dialog"
import { FactStrip } from "../../ui/fact-strip"
import { Refused } from "../../ui/refused"
import { TagField, withTyped } from "../../ui/tag-field"
import { useAct } from "../session-actions"
import { DeleteFoot } from "./delete-foot"
import { type Chosen, sumsOf } from "./target"
import type { BulkActs } from "./use-bulk-acts"

const say = bulkWords

interface Props {
  acts: BulkActs
  asked: NonNullable<BulkActs["asked"]>
}

/** One word before many sessions are changed: how many, how much, what stays (S1-22). */
export default function AskDialog({ acts, asked }: Props) {
  const { act, chosen } = asked
  return (
    <Dialog title={say[act].title(chosen.count)} onClose={acts.close}>
      {act !== "tag" && <p className="prose-wrap text-muted">{say[act].body}</p>}
      {act !== "tag" && <Size chosen={chosen} />}
      {chosen.hidden > 0 && (
        <p className="text-small text-attention">{say.hiddenIn(chosen.hidden)}</p>
      )}
      {chosen.byFilter && <p className="prose-wrap text-small text-muted">{say.byFilter}</p>}
      {act === "reset" && <ResetFoot acts={acts} chosen={chosen} />}
      {act === "compact" && <CompactFoot acts={acts} chosen={chosen} />}
      {act === "tag" && <TagFoot acts={acts} chosen={chosen} />}
      {act === "delete" && <DeleteFoot acts={acts} chosen={chosen} />}
    </Dialog>
  )
}

function Size({ chosen }: { chosen: Chosen }) {
  const sums = sumsOf(chosen.ids)
  if (!sums) return null
  return (
    <FactStrip
      facts={[
        [say.sessions, formatCount(chosen.count)],
        [say.messages, formatCount(sums.messages)],
        [say.events, formatCount(sums.events)],
        [say.cost, formatCost(sums.cost)],
      ]}
    />
  )
}

interface FootProps {
  acts: BulkActs
  chosen: Chosen
}

function ResetFoot({ acts, chosen }: FootProps) {
  const begin = () => acts.begin("reset", chosen)
  return (
    <Foot acts={acts} begin={begin}>
      <RotateCcw className="icon s" />
      {say.reset.confirm(chosen.count)}
    </Foot>
  )
}

function CompactFoot({ acts, chosen }: FootProps) {
  const [instruction, setInstruction] = useState("")
  const field = useId()
  const said = instruction.trim()
  const begin = () => acts.begin("compact", chosen, said ? { instructions: said } : {})
  return (
    <>
      <div>
        <label htmlFor={field} className="text-small font-medium">
          {dialogWords.compact.instruction}{" "}
          <span className="font-normal text-muted">{dialogWords.compact.optional}</span>
        </label>
        <textarea
          id={field}
          rows={2}
          maxLength={2000}
          value={instruction}
          placeholder={dialogWords.compact.placeholder}
          onChange={(event) => setInstruction(event.target.value)}
          className="mt-1 block w-full rounded-control border border-line-strong bg-bg px-2 py-1.5 placeholder:text-faint"
        />
      </div>
      <Foot acts={acts} begin={begin}>
        <FoldVertical className="icon s" />
        {say.compact.confirm(chosen.count)}
      </Foot>
    </>
  )
}

function TagFoot({ acts, chosen }: FootProps) {
  const [action, setAction] = useState<"tag" | "untag">("tag")
  const [tags, setTags] = useState<string[]>([])
  const [text, setText] = useState("")
  const all = withTyped(tags, text)
  const begin = () => acts.begin(action, chosen, { tags: all })
  const modes = [
    ["tag", say.tag.add],
    ["untag", say.tag.remove],
  ] as const
  return (
    <>
      <fieldset className="flex gap-1">
        <legend className="sr-only">{say.tag.mode}</legend>
        {modes.map(([mode, label]) => (
          <Button
            key={mode}
            look="ghost"
            aria-pressed={action === mode}
            className={action === mode ? "bg-selected text-fg!" : ""}
            onClick={() => setAction(mode)}
          >
            {label}
          </Button>
        ))}
      </fieldset>
      <TagField
        label={dialogWords.labels.tags}
        hint={dialogWords.labels.tagsHint}
        remove={dialogWords.labels.remove}
        tags={tags}
        onChange={setTags}
        text={text}
        onText={setText}
      />
      <Foot acts={acts} begin={begin} disabled={all.length === 0}>
        <Tag className="icon s" />
        {action === "tag" ? say.tag.confirmAdd : say.tag.confirmRemove}
      </Foot>
    </>
  )
}

interface FootLine {
  acts: BulkActs
  begin: () => Promise<void>
  disabled?: boolean
  children: ReactNode
}

function Foot({ acts, begin, disabled, children }: FootLine) {
  const { busy, error, run } = useAct()
  return (
    <>
      <Refused what={say.notStarted} why={error} />
      <div className="flex justify-end gap-2 pt-2">
        <Button size="form" onClick={acts.close}>
          {say.cancel}
        </Button>
        <Button size="form" look="primary" disabled={busy || disabled} onClick={() => run(begin)}>
          {children}
        </Button>
      </div>
    </>
  )
}
