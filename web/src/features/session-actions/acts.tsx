import { useQueryClient } from "@tanstack/react-query"
import { Archive, ArchiveRestore, Check, CircleX } from "lucide-react"
import { lazy, type ReactNode, Suspense, useState } from "react"
import { archiveSession, unarchiveSession } from "../../api/acts"
import type { ExportFormat } from "../../api/queries/export"
import { isArchived, type Session, titleOf } from "../../domain/session"
import { listWords } from "../../domain/words/list"
import { shellWords } from "../../domain/words/shell"
import { copyText } from "../../ui/copy"
import { showToast } from "../../ui/toast"
import { exportToFile } from "./export-file"
import { sayFailed } from "./said"

const RenameDialog = lazy(() => import("./rename-dialog"))
const DeleteDialog = lazy(() => import("./delete-dialog"))
const ResetDialog = lazy(() => import("./reset-dialog"))
const CompactDialog = lazy(() => import("./compact-dialog"))
const LabelsDialog = lazy(() => import("./labels-dialog"))

const say = listWords.row

export interface SessionActs {
  rename: (session: Session) => void
  /** Tags, initiative and plan. */
  label: (session: Session) => void
  reset: (session: Session) => void
  compact: (session: Session) => void
  exportAs: (session: Session, format: ExportFormat) => void
  toggleArchive: (session: Session) => void
  remove: (session: Session) => void
  copyLink: (session: Session) => void
  copyId: (session: Session) => void
  openTab: (session: Session) => void
  /** The dialogs these acts open; render it once, anywhere. */
  dialogs: ReactNode
}

async function setArchived(session: Session, archived: boolean, undoable: boolean): Promise<void> {
  try {
    await (archived ? archiveSession : unarchiveSession)(session.id)
  } catch (error) {
    return sayFailed(archived ? say.archiveFailed : say.unarchiveFailed, error)
  }
  const Icon = archived ? Archive : ArchiveRestore
  const title = titleOf(session)
  showToast({
    icon: <Icon className="icon s text-muted" />,
    text: archived ? say.archived(title) : say.unarchived(title),
    dismiss: say.dismiss,
    ...(undoable
      ? { action: { label: say.undo, onAct: () => void setArchived(session, !archived, false) } }
      : {}),
  })
}

async function copy(text: string): Promise<void> {
  const done = await copyText(text)
  showToast({
    icon: done ? (
      <Check className="icon s text-muted" />
    ) : (
      <CircleX className="icon s tone-problem" />
    ),
    text: done ? shellWords.copy.done : shellWords.copy.failed,
    dismiss: say.dismiss,
  })
}

function sessionLink(id: string): string {
  return new URL(`/sessions/${id}`, window.location.origin).href
}

type DialogName = "rename" | "label" | "reset" | "compact" | "delete"

/** Everything a person may do to one session, the same in the list and on its page. */
export function useSessionActs(onDeleted?: () => void): SessionActs {
  const [dialog, setDialog] = useState<{ act: DialogName; session: Session } | null>(null)
  const queries = useQueryClient()
  const close = () => setDialog(null)
  const open = (act: DialogName) => (session: Session) => setDialog({ act, session })
  const reread = () => void queries.invalidateQueries({ queryKey: ["sessions", "detail"] })
  const toggleArchive = (session: Session) => {
    void setArchived(session, !isArchived(session), true).then(reread)
  }
  const done = () => {
    close()
    reread()
  }
  return {
    rename: open("rename"),
    label: open("label"),
    reset: open("reset"),
    compact: open("compact"),
    remove: open("delete"),
    exportAs: (session, format) => void exportToFile(session, format),
    toggleArchive,
    copyLink: (session) => void copy(sessionLink(session.id)),
    copyId: (session) => void copy(session.id),
    openTab: (session) => window.open(sessionLink(session.id), "_blank", "noopener"),
    dialogs: (
      <Suspense>
        {dialog?.act === "rename" && <RenameDialog session={dialog.session} onClose={close} />}
        {dialog?.act === "label" && (
          <LabelsDialog session={dialog.session} onClose={close} onDone={done} />
        )}
        {dialog?.act === "reset" && (
          <ResetDialog session={dialog.session} onClose={close} onDone={done} />
        )}
        {dialog?.act === "compact" && (
          <CompactDialog session={dialog.session} onClose={close} onDone={done} />
        )}
        {dialog?.act === "delete" && (
          <DeleteDialog
            session={dialog.session}
            onClose={close}
            onDeleted={() => {
              close()
              onDeleted?.()
            }}
            onArchive={() => {
              close()
              toggleArchive(dialog.session)
            }}
          />
        )}
      </Suspense>
    ),
  }
}
