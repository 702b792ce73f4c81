import { useQueryClient } from "@tanstack/react-query"
import { Archive, ArchiveRestore, Check, CircleX } from "lucide-react"
import { lazy, type ReactNode, Suspense, useState } from "react"
import { archiveSession, unarchiveSession } from "../../api/acts"
import { isArchived, type Session, titleOf } from "../../domain/session"
import { words } from "../../domain/words"
import { copyText } from "../../ui/copy"
import { showToast } from "../../ui/toast"

const RenameDialog = lazy(() => import("./rename-dialog"))
const DeleteDialog = lazy(() => import("./delete-dialog"))

const say = words.row

export interface SessionActs {
  rename: (session: Session) => void
  toggleArchive: (session: Session) => void
  remove: (session: Session) => void
  copyLink: (session: Session) => void
  copyId: (session: Session) => void
  /** The dialogs these acts open; render it once, anywhere. */
  dialogs: ReactNode
}

function failed(text: string, error: unknown): void {
  const message = error instanceof Error ? error.message : words.error.unknown
  showToast({
    text: `${text}: ${message}`,
    icon: <CircleX className="icon s tone-problem" />,
    dismiss: say.dismiss,
  })
}

async function setArchived(session: Session, archived: boolean, undoable: boolean): Promise<void> {
  try {
    await (archived ? archiveSession : unarchiveSession)(session.id)
  } catch (error) {
    return failed(archived ? say.archiveFailed : say.unarchiveFailed, error)
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
    text: done ? words.copy.done : words.copy.failed,
    dismiss: say.dismiss,
  })
}

export function sessionLink(id: string): string {
  return new URL(`/sessions/${id}`, window.location.origin).href
}

/** Everything a person may do to one session, the same in the list and on its page. */
export function useSessionActs(onDeleted?: () => void): SessionActs {
  const [dialog, setDialog] = useState<{ act: "rename" | "delete"; session: Session } | null>(null)
  const queries = useQueryClient()
  const close = () => setDialog(null)
  const toggleArchive = (session: Session) => {
    void setArchived(session, !isArchived(session), true).then(() =>
      queries.invalidateQueries({ queryKey: ["sessions", "detail"] }),
    )
  }
  const deleted = () => {
    close()
    onDeleted?.()
  }
  return {
    rename: (session) => setDialog({ act: "rename", session }),
    remove: (session) => setDialog({ act: "delete", session }),
    toggleArchive,
    copyLink: (session) => void copy(sessionLink(session.id)),
    copyId: (session) => void copy(session.id),
    dialogs: (
      <Suspense>
        {dialog?.act === "rename" && <RenameDialog session={dialog.session} onClose={close} />}
        {dialog?.act === "delete" && (
          <DeleteDialog
            session={dialog.session}
            onClose={close}
            onDeleted={deleted}
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
