import { Archive, ArchiveRestore, Copy, Link, PenLine, Trash2 } from "lucide-react"
import { isArchived, type Session } from "../../domain/session"
import { words } from "../../domain/words"
import type { MenuItem } from "../../ui/menu"
import type { SessionActs } from "./acts"

const say = words.row

/** The acts of one session as a menu; delete stands apart, at the end. */
export function sessionMenu(session: Session, acts: SessionActs): MenuItem[] {
  const archived = isArchived(session)
  return [
    {
      id: "rename",
      label: say.rename,
      icon: PenLine,
      hint: "r",
      onSelect: () => acts.rename(session),
    },
    {
      id: "archive",
      label: archived ? say.unarchive : say.archive,
      icon: archived ? ArchiveRestore : Archive,
      hint: archived ? "⇧ e" : "e",
      onSelect: () => acts.toggleArchive(session),
    },
    {
      id: "link",
      label: say.copyLink,
      icon: Link,
      hint: "y l",
      onSelect: () => acts.copyLink(session),
    },
    { id: "id", label: say.copyId, icon: Copy, hint: "y i", onSelect: () => acts.copyId(session) },
    {
      id: "delete",
      label: say.delete,
      icon: Trash2,
      hint: "#",
      danger: true,
      parted: true,
      onSelect: () => acts.remove(session),
    },
  ]
}
