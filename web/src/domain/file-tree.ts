import type { EditedFile } from "./detail"
import type { Hunk } from "./diff-rows"

/** Edited files as a tree of folders; a folder that holds only one folder is joined with it. */

export interface TreeFolder {
  kind: "folder"
  path: string
  name: string
  depth: number
}

export interface TreeFile {
  kind: "file"
  file: EditedFile
  name: string
  depth: number
}

export type TreeLine = TreeFolder | TreeFile

interface Folder {
  folders: Map<string, Folder>
  files: EditedFile[]
}

const empty = (): Folder => ({ folders: new Map(), files: [] })

/** The lines of the tree, folders first; what all paths share is left out. */
export function treeLines(files: readonly EditedFile[]): TreeLine[] {
  const root = empty()
  const shared = sharedFolder(files.map((file) => file.path))
  for (const file of files) {
    const parts = file.path.slice(shared.length).split(/[/\\]/).filter(Boolean)
    let folder = root
    for (const part of parts.slice(0, -1)) {
      const next = folder.folders.get(part) ?? empty()
      folder.folders.set(part, next)
      folder = next
    }
    folder.files.push(file)
  }
  return linesOf(root, "", 0)
}

/** The files as the tree has them from top to bottom. */
export function inTreeOrder(files: readonly EditedFile[]): EditedFile[] {
  return treeLines(files).flatMap((line) => (line.kind === "file" ? [line.file] : []))
}

/** The folder that all paths lie in, with its last separator. */
export function sharedFolder(paths: readonly string[]): string {
  let shared = paths[0] ?? ""
  for (const path of paths) {
    while (!path.startsWith(shared)) shared = shared.slice(0, -1)
  }
  return shared.slice(0, Math.max(shared.lastIndexOf("/"), shared.lastIndexOf("\\")) + 1)
}

function linesOf(folder: Folder, path: string, depth: number): TreeLine[] {
  const lines: TreeLine[] = []
  for (const [name, child] of [...folder.folders].sort(([a], [b]) => a.localeCompare(b))) {
    const [joined, last] = joinedFolder(name, child)
    const full = path ? `${path}/${joined}` : joined
    lines.push({ kind: "folder", path: full, name: joined, depth })
    lines.push(...linesOf(last, full, depth + 1))
  }
  const files = [...folder.files].sort((a, b) => a.path.localeCompare(b.path))
  for (const file of files) lines.push({ kind: "file", file, name: nameOf(file.path), depth })
  return lines
}

function joinedFolder(name: string, folder: Folder): [string, Folder] {
  const only = [...folder.folders][0]
  if (folder.files.length > 0 || folder.folders.size !== 1 || !only) return [name, folder]
  const [joined, last] = joinedFolder(only[0], only[1])
  return [`${name}/${joined}`, last]
}

export const nameOf = (path: string) => path.split(/[/\\]/).at(-1) || path

/** Counts of what is shown: the net change where it is known, else what the edits say. */
export function countsOf(file: EditedFile): { additions: number; deletions: number } {
  const { hunks, additions, deletions } = file.net
  const known = hunks !== null && additions !== null && deletions !== null
  if (known) return { additions, deletions }
  return { additions: file.additions ?? 0, deletions: file.deletions ?? 0 }
}

/** The change of every file that has one, as `git apply` reads it. */
export function patchOf(files: readonly EditedFile[]): string {
  return files.flatMap((file) => filePatch(file) ?? []).join("")
}

export function filePatch(file: EditedFile): string | null {
  const { hunks, truncated } = file.net
  if (!hunks || hunks.length === 0 || truncated || !hunks.every(isPlaced)) return null
  const path = file.path.replace(/^\/+/, "")
  const before = file.change === "create" ? "/dev/null" : `a/${path}`
  const after = file.change === "delete" ? "/dev/null" : `b/${path}`
  return `--- ${before}\n+++ ${after}\n${hunks.map(hunkText).join("")}`
}

function hunkText(hunk: Hunk): string {
  return `${hunkHead(hunk)}\n${hunk.lines.map((line) => `${line}\n`).join("")}`
}

const isPlaced = (hunk: Hunk) =>
  [hunk.old_start, hunk.old_lines, hunk.new_start, hunk.new_lines].every((one) => one !== null)

/** Where a hunk lies, as far as somebody said. */
export function hunkHead(hunk: Hunk): string {
  if (!isPlaced(hunk)) return "@@"
  return `@@ -${hunk.old_start},${hunk.old_lines} +${hunk.new_start},${hunk.new_lines} @@`
}

/** Lines that a diff adds or takes away. */
export const changedLines = (counts: { additions: number; deletions: number }) =>
  counts.additions + counts.deletions
