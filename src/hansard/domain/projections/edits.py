"""The files that a session changed: every edit, and what came of all of them (S2-31).

A file is {path, moved_from, change, additions, deletions, generated, edits, net}. Counts are
lines; null is what nobody can say. `change` is create, update, delete or rename. Hunks are cut at
`difference.MOST_LINES` lines, and `truncated` says so.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from hansard.domain import difference, foreign, instant
from hansard.domain.draft import Json
from hansard.domain.events.base import Event

Blob = Callable[[str], str | None]
"""The text of content that lies aside, by its id."""

_CHANGES = {
    "create": "create",
    "update": "update",
    "delete": "delete",
    "move": "rename",
    "rename": "rename",
}
_LOCKS = frozenset(
    "package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb deno.lock "
    "poetry.lock uv.lock pdm.lock pipfile.lock cargo.lock gemfile.lock composer.lock flake.lock "
    "go.sum mix.lock pubspec.lock podfile.lock packages.lock.json gradle.lockfile".split()
)
_MADE = re.compile(
    r"\.min\.(js|css)\Z|\.(map|snap)\Z|\.(generated|gen)\.\w+\Z|_pb2(_grpc)?\.pyi?\Z|\.pb\.go\Z"
    r"|(\A|/)(node_modules|__generated__|__snapshots__|dist)/"
)
_NO_BEFORE = "The record does not hold the file as it was before."
_NO_AFTER = "The record does not hold the file as it is after the last edit."
_TOO_LARGE = "The file is too large to compare."


@dataclass(slots=True)
class File:
    """One file while it is folded.

    Attributes:
        first: the text before the first edit; last: after the latest; None is not known.
    """

    path: str
    moved_from: str | None = None
    first: str | None = None
    last: str | None = None
    edits: list[Json] = field(default_factory=list[Json])


@dataclass(slots=True)
class Edits:
    """The fold so far: files in the order of their first edit, and where each is now."""

    blob: Blob = lambda _: None
    files: list[File] = field(default_factory=list[File])
    at: dict[str, File] = field(default_factory=dict[str, File])


def fold(state: Edits, event: Event) -> Edits:
    """Fold one event, in place. Payload fields of a foreign shape are passed over."""
    path = foreign.text(event.payload.get("path"))
    if event.type != "file.edited" or path is None:
        return state
    change = _change_of(event.payload)
    before, after = _sides(state, event.payload, change)
    file = state.at.get(path)
    if file is None:
        file = state.at[path] = File(path, first=before)
        state.files.append(file)
    _moved(state, file, foreign.text(event.payload.get("moved_to")))
    file.last = after
    file.edits.append(_edit(event, change, before, after))
    return state


def fold_all(events: Iterable[Event], blob: Blob = lambda _: None) -> list[Json]:
    """The files of a log, or of the part of it that is given."""
    state = Edits(blob)
    for event in events:
        fold(state, event)
    return shown(state)


def shown(state: Edits) -> list[Json]:
    """The files as JSON."""
    return [_shown(file) for file in state.files]


def is_generated(path: str) -> bool:
    """Whether a file is one that tools write: a lock file, a bundle, a snapshot."""
    plain = path.replace("\\", "/").lower()
    return plain.rpartition("/")[2] in _LOCKS or _MADE.search(plain) is not None


def _change_of(payload: Json) -> str:
    said = _CHANGES.get(str(payload.get("change")), "update")
    return "rename" if foreign.text(payload.get("moved_to")) else said


def _sides(state: Edits, payload: Json, change: str) -> tuple[str | None, str | None]:
    """The text before an edit and after it; None where nobody knows."""
    before = "" if change == "create" else _text(state, payload.get("before"))
    after = "" if change == "delete" else _text(state, payload.get("after"))
    if change == "rename" and not foreign.items(payload.get("hunks")):
        after = before if after is None else after
    return before, after


def _text(state: Edits, value: Any) -> str | None:
    if isinstance(value, str):
        return value
    aside = foreign.mapping(value)
    if aside.get("type") != "blob":
        return None
    return state.blob(foreign.text(aside.get("blob_id")) or "")


def _moved(state: Edits, file: File, to: str | None) -> None:
    if to is None or to == file.path:
        return
    state.at.pop(file.path, None)
    state.at[to] = file
    file.moved_from = file.moved_from or file.path
    file.path = to


def _edit(event: Event, change: str, before: str | None, after: str | None) -> Json:
    told = foreign.items(event.payload.get("hunks"))
    hunks: list[Any] | None = told or None
    if hunks is None and before is not None and after is not None:
        hunks = difference.of_texts(before, after)
    elif hunks is None and after is not None:
        hunks = difference.of_texts("", after)  # written over something that nobody saw
    return {
        "event_id": event.id,
        "seq": event.seq,
        "turn_id": event.turn_id,
        "at": instant.to_wire(event.created_at),
        "tool_use_id": foreign.text(event.payload.get("tool_use_id")),
        "change": change,
        **_told(hunks, known=bool(told) or before is not None),
    }


def _told(hunks: list[Any] | None, *, known: bool) -> Json:
    """Counts and hunks; what came is known even where what went is not."""
    if hunks is None:
        return {"additions": None, "deletions": None, "hunks": [], "truncated": False}
    additions, deletions = difference.counted(hunks)
    cut, truncated = difference.cut(hunks)
    return {
        "additions": additions,
        "deletions": deletions if known else None,
        "hunks": cut,
        "truncated": truncated,
    }


def _shown(file: File) -> Json:
    return {
        "path": file.path,
        "moved_from": file.moved_from,
        "change": _whole_change(file),
        "additions": _sum(file, "additions"),
        "deletions": _sum(file, "deletions"),
        "generated": is_generated(file.path),
        "edits": [dict(edit) for edit in file.edits],
        "net": _net(file),
    }


def _whole_change(file: File) -> str:
    changes = [edit["change"] for edit in file.edits]
    if changes[-1] == "delete":
        return "delete"
    if changes[0] == "create":
        return "create"
    return "rename" if file.moved_from is not None else "update"


def _sum(file: File, name: str) -> int | None:
    counts = [edit[name] for edit in file.edits]
    return None if None in counts else sum(counts)


def _net(file: File) -> Json:
    """The change from before the first edit to after the last; what others did between is in it."""
    nothing: Json = {"additions": None, "deletions": None, "hunks": None, "truncated": False}
    if file.first is None:
        return {**nothing, "reason": _NO_BEFORE}
    if file.last is None:
        return {**nothing, "reason": _NO_AFTER}
    hunks = difference.of_texts(file.first, file.last)
    if hunks is None:
        return {**nothing, "reason": _TOO_LARGE}
    return {**_told(hunks, known=True), "reason": None}
