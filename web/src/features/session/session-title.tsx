import { type KeyboardEvent, useState } from "react"
import { renameSession } from "../../api/acts"
import { type Session, titleOf } from "../../domain/session"
import { dialogWords } from "../../domain/words/dialogs"
import { listWords } from "../../domain/words/list"
import { shellWords } from "../../domain/words/shell"
import { showToast } from "../../ui/toast"

interface Props {
  session: Session
  editing: boolean
  onEdit: (editing: boolean) => void
}

/** The title, and in its place a field while it is being changed: Enter saves, Escape leaves. */
export function SessionTitle({ session, editing, onEdit }: Props) {
  const title = titleOf(session)
  if (editing) return <TitleField session={session} onDone={() => onEdit(false)} />
  return (
    <h1
      className="truncate text-title font-semibold tracking-[-.014em]"
      data-tip={title}
      onDoubleClick={() => onEdit(true)}
    >
      {title}
    </h1>
  )
}

function TitleField({ session, onDone }: { session: Session; onDone: () => void }) {
  const [title, setTitle] = useState(titleOf(session))
  const save = async () => {
    onDone()
    const wanted = title.trim()
    if (!wanted || wanted === titleOf(session)) return
    try {
      await renameSession(session.id, wanted)
    } catch (error) {
      const why = error instanceof Error ? error.message : shellWords.error.unknown
      showToast({ text: `${dialogWords.rename.failed} ${why}`, dismiss: listWords.row.dismiss })
    }
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") void save()
    if (event.key === "Escape") onDone()
  }
  return (
    <>
      <h1 className="sr-only">{titleOf(session)}</h1>
      <input
        // biome-ignore lint/a11y/noAutofocus: the title was chosen to be changed
        autoFocus
        aria-label={dialogWords.rename.label}
        value={title}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setTitle(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={() => void save()}
        className="-ml-2 h-8 w-full max-w-160 rounded-control border border-line-strong bg-bg px-2 text-title font-semibold tracking-[-.014em]"
      />
    </>
  )
}
