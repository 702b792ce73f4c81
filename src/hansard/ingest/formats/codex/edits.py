"""File edits: the reported changes, and the patch that an `apply_patch` call carries."""

from collections.abc import Iterator

from hansard.domain.draft import Json
from hansard.ingest.formats.codex.record import part, rows, text
from hansard.ingest.patch import hunks

_BEGIN, _END = "*** Begin Patch", "*** End Patch"
_SHELLS = frozenset({"shell", "shell_command", "exec_command", "local_shell", "container.exec"})


def reported(changes: Json) -> Iterator[Json]:
    """The fields of `file.edited` for each path of a patch's reported changes."""
    for path in changes:
        change = part(changes, path)
        kind = change.get("type")
        if kind == "add":
            yield {"path": path, "change": "create", "after": _whole_file(change)}
        elif kind == "delete":
            yield {"path": path, "change": "delete", "before": _whole_file(change)}
        elif kind == "update":
            moved_to = text(change, "move_path")
            yield {
                "path": path,
                "change": "move" if moved_to else "update",
                "moved_to": moved_to,
                "hunks": hunks(text(change, "unified_diff") or ""),
            }


def _whole_file(change: Json) -> str | None:
    content = change.get("content")
    return content if isinstance(content, str) else None


def patch_text(name: str, arguments: Json) -> str | None:
    """The patch that a call carries: of `apply_patch`, or of a shell command that calls it."""
    texts = [text(arguments, "input", "patch", "cmd", "command") or ""]
    texts += [word for word in rows(arguments, "command") if isinstance(word, str)]
    if name != "apply_patch" and not (name in _SHELLS and any("apply_patch" in t for t in texts)):
        return None
    for words in texts:
        start = words.find(_BEGIN)
        if start >= 0:
            return words[start:].partition(_END)[0]
    return None
