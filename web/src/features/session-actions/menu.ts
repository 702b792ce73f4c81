import {
  Archive,
  ArchiveRestore,
  Copy,
  Download,
  FileCode,
  FileText,
  FoldVertical,
  Link,
  PenLine,
  RotateCcw,
  SquareArrowOutUpRight,
  Tag,
  Trash2,
} from "lucide-react"
import { isArchived, type Session } from "../../domain/session"
import { actWords } from "../../domain/words/acts"
import { listWords } from "../../domain/words/list"
import type { MenuItem } from "../../ui/menu"
import type { SessionActs } from "./acts"

const say = listWords.row

/** The acts of one session as a menu; delete stands apart, at the end. */
export function sessionMenu(session: Session, acts: SessionActs): MenuItem[] {
  const archived = isArchived(session)
  const item = (
    id: string,
    label: string,
    icon: NonNullable<MenuItem["icon"]>,
    act: keyof Plain,
  ) => ({
    id,
    label,
    icon,
    onSelect: () => acts[act](session),
  })
  return [
    { ...item("rename", say.rename, PenLine, "rename"), hint: "r" },
    { ...item("label", actWords.acts.labels, Tag, "label"), hint: "t" },
    ...(archived ? [] : contextItems(session, acts)),
    ...exportMenu(session, acts).map((entry, index) => ({ ...entry, parted: index === 0 })),
    { ...item("tab", actWords.acts.openTab, SquareArrowOutUpRight, "openTab"), parted: true },
    { ...item("link", say.copyLink, Link, "copyLink"), hint: "y l" },
    { ...item("id", say.copyId, Copy, "copyId"), hint: "y i" },
    {
      ...item(
        "archive",
        archived ? say.unarchive : say.archive,
        archived ? ArchiveRestore : Archive,
        "toggleArchive",
      ),
      hint: archived ? "⇧ e" : "e",
      parted: true,
    },
    { ...item("delete", say.delete, Trash2, "remove"), hint: "#", danger: true },
  ]
}

type Plain = Omit<SessionActs, "dialogs" | "exportAs">

/** What changes an agent's memory; an archived session takes no change. */
export function contextItems(session: Session, acts: SessionActs): MenuItem[] {
  return [
    {
      id: "reset",
      label: actWords.acts.reset,
      icon: RotateCcw,
      parted: true,
      onSelect: () => acts.reset(session),
    },
    {
      id: "compact",
      label: actWords.acts.compact,
      icon: FoldVertical,
      onSelect: () => acts.compact(session),
    },
  ]
}

const FORMATS = [
  ["jsonl", Download],
  ["markdown", FileText],
  ["html", FileCode],
] as const

/** A session as a file, by format. */
export function exportMenu(session: Session, acts: SessionActs): MenuItem[] {
  return FORMATS.map(([format, icon]) => ({
    id: `export-${format}`,
    label: actWords.acts.exportAs[format],
    icon,
    onSelect: () => acts.exportAs(session, format),
  }))
}
