import {
  Archive,
  ArchiveRestore,
  Download,
  FoldVertical,
  type LucideIcon,
  RotateCcw,
  Tag,
  Trash2,
  X,
} from "lucide-react"
import { bulkWords } from "../../domain/words/bulk"
import { Button, IconButton } from "../../ui/button"
import { cx } from "../../ui/cx"
import { hiddenIds } from "./selection"
import { type Chosen, isAllArchived } from "./target"
import type { BulkActs } from "./use-bulk-acts"
import { useMatching } from "./use-matching"
import { selection, useListScope, useSelection } from "./use-selection"

const say = bulkWords

interface Props {
  chosen: Chosen
  acts: BulkActs
  /** One job at a time is watched. */
  busy: boolean
}

/** What is chosen and what may be done to it, at the bottom centre (S1-14). */
export function BulkBar({ chosen, acts, busy }: Props) {
  const state = useSelection()
  const scope = useListScope()
  const matching = useMatching()
  const hidden = hiddenIds(state, scope)
  const archived = isAllArchived(chosen, state)
  const clear = () => {
    selection.clear()
    document.querySelector<HTMLElement>('[data-row][tabindex="0"]')?.focus()
  }
  return (
    <section
      data-bulk-bar=""
      aria-label={say.label}
      className="floating pointer-events-auto flex min-h-11 max-w-full flex-wrap items-center gap-x-1 rounded-dialog border border-line bg-raised py-1 pr-2 pl-4 shadow-float max-md:pl-3"
    >
      <span className="num shrink-0 font-medium" role="status">
        {say.selected(chosen.count)}
      </span>
      {chosen.byFilter && (
        <span className="pl-1 text-small text-muted @max-[960px]:hidden">{say.allMatching}</span>
      )}
      {matching && (
        <Button
          look="ghost"
          className="num text-accent!"
          disabled={matching.busy}
          onClick={matching.choose}
        >
          {matching.label}
        </Button>
      )}
      {hidden.length > 0 && (
        <span className="flex items-center text-small text-attention">
          <span className="num pl-1">{say.hidden(hidden.length)}</span>
          <Button look="ghost" onClick={() => selection.set(hidden, false)}>
            {say.leaveOut}
          </Button>
        </span>
      )}
      <span className="flex items-center gap-1 max-md:order-2 max-md:w-full max-md:justify-between">
        <Parting />
        {archived ? (
          <Act
            icon={ArchiveRestore}
            disabled={busy}
            onClick={() => acts.beginNow("unarchive", chosen)}
          >
            {say.acts.unarchive}
          </Act>
        ) : (
          <>
            <Act icon={RotateCcw} disabled={busy} onClick={() => acts.ask("reset", chosen)}>
              {say.acts.reset}
            </Act>
            <Act icon={FoldVertical} disabled={busy} onClick={() => acts.ask("compact", chosen)}>
              {say.acts.compact}
            </Act>
          </>
        )}
        <Act icon={Download} disabled={acts.exporting} onClick={() => void acts.exportAll(chosen)}>
          {say.acts.export}
        </Act>
        {!archived && (
          <>
            <Act icon={Archive} disabled={busy} onClick={() => acts.beginNow("archive", chosen)}>
              {say.acts.archive}
            </Act>
            <Act icon={Tag} disabled={busy} onClick={() => acts.ask("tag", chosen)}>
              {say.acts.tag}
            </Act>
          </>
        )}
        <Parting />
        <Act icon={Trash2} danger disabled={busy} onClick={() => acts.ask("delete", chosen)}>
          {say.acts.delete}
        </Act>
      </span>
      <IconButton label={say.clear} className="max-md:order-1 max-md:ml-auto" onClick={clear}>
        <X className="icon s" />
      </IconButton>
    </section>
  )
}

const Parting = () => <span className="mx-2 h-5 w-px shrink-0 bg-line max-md:hidden" />

interface ActProps {
  icon: LucideIcon
  children: string
  danger?: boolean
  disabled?: boolean
  onClick: () => void
}

/** A word with its drawing; where the bar is narrow, the drawing alone. */
function Act({ icon: Icon, children, danger, disabled, onClick }: ActProps) {
  return (
    <Button
      look="ghost"
      disabled={disabled}
      aria-label={children}
      data-tip={children}
      onClick={onClick}
      className={cx(
        "text-fg! disabled:text-faint! disabled:border-transparent! @max-[820px]:w-9 @max-[820px]:px-0!",
        danger && "text-problem!",
      )}
    >
      <Icon className={cx("icon s", !danger && "text-muted")} />
      <span className="@max-[820px]:hidden">{children}</span>
    </Button>
  )
}
