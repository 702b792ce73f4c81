"""File edits: before and after where the log has both, else hunks (S2-31)."""

from typing import Any

from hansard.domain.draft import Json
from hansard.ingest.formats.claude_code.record import array, is_mapping, mapping, text

_WRITERS = frozenset({"Write", "write_file"})


def arguments_of_edit(name: str, arguments: Any) -> Json | None:
    """The arguments of a call that edits a file, None for any other call.

    Told by their shape, because near relatives of Claude Code call the tools otherwise.
    """
    given = mapping(arguments)
    if text(given.get("file_path")) is None:
        return None
    replaces = isinstance(given.get("old_string"), str) and isinstance(given.get("new_string"), str)
    writes = name in _WRITERS and isinstance(given.get("content"), str)
    return given if replaces or writes or isinstance(given.get("edits"), list) else None


def edited(result: Any, arguments: Json | None) -> Json | None:
    """The fields of `file.edited` for a call that succeeded, None when it edited nothing.

    Args:
        result: the structured result of the call (``toolUseResult``), of any shape.
        arguments: what `arguments_of_edit` gave for the call.
    """
    found = mapping(result)
    path = text(found.get("filePath")) or text(found.get("notebook_path"))
    if path and _tells_an_edit(found):
        return {"path": path, **_from_result(found)}
    if arguments is not None:
        return {"path": arguments["file_path"], **_from_arguments(arguments)}
    return None


def _tells_an_edit(found: Json) -> bool:
    return any(k in found for k in ("structuredPatch", "oldString", "edits", "updated_file"))


def _from_result(found: Json) -> Json:
    before = _first_text(found, "originalFile", "originalFileContents", "original_file")
    after = _after(found, before)
    created = found.get("type") == "create"
    change: Json = {"change": "create" if created else "update"}
    if after is not None and (before is not None or created):
        return {**change, **({} if created else {"before": before}), "after": after}
    if isinstance(found.get("content"), str):
        change["after"] = found["content"]
    hunks = _hunks(found.get("structuredPatch")) or [_bare_hunk(*r[:2]) for r in _pairs(found)]
    return {**change, "hunks": hunks} if hunks else change


def _first_text(found: Json, *names: str) -> str | None:
    return next((found[name] for name in names if isinstance(found.get(name), str)), None)


def _after(found: Json, before: str | None) -> str | None:
    whole = _first_text(found, "content", "updated_file")
    if whole is not None:
        return whole
    if before is None:
        return None
    # A person may change an edit before accepting it; then only the patch tells the truth.
    replaced = None if found.get("userModified") is True else _replaced(before, _pairs(found))
    return replaced if replaced is not None else _patched(before, found.get("structuredPatch"))


Replacement = tuple[str, str, bool]


def _pairs(found: Json) -> list[Replacement]:
    """What is replaced by what, and whether everywhere: of a result or of arguments."""
    edits = array(found.get("edits")) or [found]
    pairs: list[Replacement] = []
    for edit in map(mapping, edits):
        old = _first_text(edit, "oldString", "old_string")
        new = _first_text(edit, "newString", "new_string")
        if old is not None and new is not None:
            everywhere = edit.get("replaceAll", edit.get("replace_all")) is True
            pairs.append((old, new, everywhere))
    return pairs


def _replaced(whole: str, pairs: list[Replacement]) -> str | None:
    for old, new, everywhere in pairs:
        if old == "" and whole == "":
            whole = new
        elif old and old in whole:
            whole = whole.replace(old, new) if everywhere else whole.replace(old, new, 1)
        else:
            return None
    return whole if pairs else None


def _patched(whole: str, patch: Any) -> str | None:
    """A text with a structured patch applied, None when they do not fit.

    Patches are made for display: tabs are spaces in them, and the end of a file is vague.
    """
    hunks = _hunks(patch)
    if not hunks or "\t" in whole:
        return None
    if any(line[:1] == "\\" for hunk in hunks for line in hunk["lines"]):
        return None
    old = whole.split("\n")
    new: list[str] = []
    at = 0
    for hunk in hunks:
        start = hunk["old_start"] - (1 if hunk["old_lines"] else 0)
        if not at <= start <= len(old):
            return None
        new += old[at:start]
        at = start
        for line in hunk["lines"]:
            if line[:1] != "+":
                if at >= len(old) or old[at] != line[1:]:
                    return None
                at += 1
            if line[:1] != "-":
                new.append(line[1:])
    return "\n".join(new + old[at:])


def _hunks(patch: Any) -> list[Json]:
    return [hunk for hunk in map(_hunk, array(patch)) if hunk is not None]


def _hunk(raw: Any) -> Json | None:
    if not is_mapping(raw):
        return None
    names = ("oldStart", "oldLines", "newStart", "newLines")
    numbers = [raw.get(name) for name in names]
    lines = array(raw.get("lines"))
    if not all(isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in numbers):
        return None
    if not lines or not all(isinstance(line, str) for line in lines):
        return None
    keys = ("old_start", "old_lines", "new_start", "new_lines")
    return {**dict(zip(keys, numbers, strict=True)), "lines": lines}


def _bare_hunk(old: str, new: str) -> Json:
    """A hunk of a replacement whose place in the file is not known: it starts at line 0."""
    gone = old.split("\n") if old else []
    came = new.split("\n") if new else []
    return {
        "old_start": 0,
        "old_lines": len(gone),
        "new_start": 0,
        "new_lines": len(came),
        "lines": [*("-" + line for line in gone), *("+" + line for line in came)],
    }


def _from_arguments(arguments: Json) -> Json:
    pairs = _pairs(arguments)
    if pairs:
        return {"change": "update", "hunks": [_bare_hunk(old, new) for old, new, _ in pairs]}
    whole = arguments.get("content")
    return {"after": whole} if isinstance(whole, str) else {}
