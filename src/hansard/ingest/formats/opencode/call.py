"""Tool calls: a part holds a call and, once it ended, what came of it."""

import re

from hansard.domain import foreign
from hansard.domain.draft import Json
from hansard.ingest.document import objects
from hansard.ingest.patch import hunks, patched, replaced
from hansard.ingest.told import Usage, count, micros, picture, said

_REFUSED = re.compile(r"user rejected|rejected permission|user dismissed", re.IGNORECASE)
_EDITS = frozenset({"edit", "write", "patch", "apply_patch", "multiedit"})
_CHANGES = {"add": "create", "update": "update", "delete": "delete", "move": "move"}
_INVALID = "invalid"
_DATA = re.compile(r"data:([^;,]{1,100});base64,(.+)\Z", re.DOTALL)


def result(tool: str, state: Json) -> Json:
    """The fields of a result: the output, whether it failed, how it exited."""
    metadata = foreign.mapping(state.get("metadata"))
    failed = state.get("status") == "error"
    output = foreign.text(state.get("error" if failed else "output"))
    exit_code = foreign.whole(metadata.get("exit"))
    time = foreign.mapping(state.get("time"))
    start, end = count(time.get("start")), count(time.get("end"))
    refused = failed and _REFUSED.search(output or "") is not None
    pictures = [image(part) for part in objects(state.get("attachments"))]
    return {
        "content": [*([said(output)] if output else []), *(p for p in pictures if p)],
        "is_error": failed or tool == _INVALID or bool(exit_code),
        "rejected": True if refused else None,
        "exit_code": exit_code,
        "duration_ms": max(0, end - start) if start is not None and end is not None else None,
    }


def image(part: Json) -> Json | None:
    """A file part as an image, when it is one and is in the part."""
    data = _DATA.match(foreign.text(part.get("url")) or "")
    return picture(data[2], data[1]) if data and data[1].startswith("image/") else None


def edits(tool: str, state: Json) -> list[Json]:
    """The files that a call which succeeded changed, as the fields of `file.edited`."""
    if tool not in _EDITS or state.get("status") != "completed":
        return []
    metadata, asked = foreign.mapping(state.get("metadata")), foreign.mapping(state.get("input"))
    files = [edit for file in objects(metadata.get("files")) if (edit := _file(file))]
    if files:
        return files
    patch = foreign.text(asked.get("patchText")) or foreign.text(asked.get("patch"))
    if patch and tool in ("patch", "apply_patch"):
        return patched(patch)
    found = foreign.mapping(metadata.get("filediff"))
    path = foreign.text(asked.get("filePath")) or foreign.text(found.get("file"))
    if path is None:
        return []
    return [{"path": path, **_change(tool, asked, metadata, found)}]


def _change(tool: str, asked: Json, metadata: Json, found: Json) -> Json:
    """How one file changed: the diff, else what was asked for."""
    diff = foreign.text(found.get("patch")) or foreign.text(metadata.get("diff"))
    content, existed = asked.get("content"), metadata.get("exists")
    if tool == "write" and isinstance(content, str):
        kinds = {True: "update", False: "create"}
        kind = kinds.get(existed) if isinstance(existed, bool) else None
        return {**({"change": kind} if kind else {}), "after": content}
    texts = {name: found[name] for name in ("before", "after") if isinstance(found.get(name), str)}
    if diff or texts:
        return {"change": "update", **texts, **({"hunks": hunks(diff)} if diff else {})}
    old, new = asked.get("oldString"), asked.get("newString")
    if isinstance(old, str) and isinstance(new, str):
        return {"change": "update", "hunks": replaced(old, new)}
    return {"after": content} if isinstance(content, str) else {"change": "update"}


def _file(file: Json) -> Json | None:
    """One file of a patch, as its result tells."""
    path = foreign.text(file.get("filePath")) or foreign.text(file.get("relativePath"))
    diff = foreign.text(file.get("patch")) or foreign.text(file.get("diff"))
    if path is None:
        return None
    change = _CHANGES.get(foreign.text(file.get("type")) or "")
    texts = {name: file[name] for name in ("before", "after") if isinstance(file.get(name), str)}
    moved_to = foreign.text(file.get("movePath"))
    told: Json = {"path": path, "change": change, "moved_to": moved_to, **texts}
    if diff:
        told["hunks"] = hunks(diff)
    return {name: value for name, value in told.items() if value is not None}


def used(holder: Json) -> tuple[Usage, int | None] | None:
    """The tokens and the cost of a message or a step; None when nothing was used.

    Input leaves out what was cached. Output leaves out what was thought where the total says
    so; before there was a total it held it.
    """
    tokens = foreign.mapping(holder.get("tokens"))
    cache = foreign.mapping(tokens.get("cache"))
    read, written = count(cache.get("read")), count(cache.get("write"))
    asked, answered = count(tokens.get("input")), count(tokens.get("output"))
    thought, total = count(tokens.get("reasoning")) or 0, count(tokens.get("total"))
    sums = sum(part or 0 for part in (asked, answered, read, written))
    if answered is not None and total is not None and total >= sums + thought:
        answered += thought
    usage = Usage(asked, answered, read, written, thought)
    return None if usage.is_nothing else (usage, micros(holder.get("cost")))
