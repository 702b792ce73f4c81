"""File edits out of patches: unified diffs, `apply_patch` texts, replaced strings."""

import re
from dataclasses import dataclass, field
from typing import Any

from hansard.domain.draft import Json

_HUNK = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_VERBS = {
    "*** Add File: ": "create",
    "*** Delete File: ": "delete",
    "*** Update File: ": "update",
}
_MOVE = "*** Move to: "


def hunks(diff: str) -> list[Json]:
    """The hunks of a unified diff of one file; lines keep their leading sign."""
    found: list[Json] = []
    old_left = new_left = 0
    for line in diff.removesuffix("\n").split("\n"):
        head = _HUNK.match(line)
        if old_left <= 0 and new_left <= 0:
            if head:
                found.append(_numbered(head))
                old_left, new_left = found[-1]["old_lines"], found[-1]["new_lines"]
            continue
        if line.startswith("\\"):
            continue
        found[-1]["lines"].append(line or " ")
        old_left -= not line.startswith("+")
        new_left -= not line.startswith("-")
    return found


def _numbered(head: re.Match[str]) -> Json:
    counts = [int(head[place] or 1) for place in (1, 2, 3, 4)]
    names = ("old_start", "old_lines", "new_start", "new_lines")
    return {**dict(zip(names, counts, strict=True)), "lines": []}


@dataclass(slots=True)
class _File:
    path: str
    change: str
    moved_to: str | None = None
    hunks: list[list[str]] = field(default_factory=list[list[str]])

    def read(self, line: str) -> None:
        if line.startswith(_MOVE):
            self.moved_to, self.change = line[len(_MOVE) :].strip(), "move"
        elif line.startswith("@@") or not self.hunks:
            self.hunks.append([])
            if not line.startswith("@@"):
                self.read(line)
        elif line == "" or line[0] in " +-":
            self.hunks[-1].append(line or " ")

    def to_payload(self) -> Json:
        payload: Json = {"path": self.path, "change": self.change, "moved_to": self.moved_to}
        if self.change == "create":
            added = [line[1:] for lines in self.hunks for line in lines if line[0] == "+"]
            return {**payload, "after": "".join(f"{line}\n" for line in added)}
        if self.change == "delete":
            return payload
        return {**payload, "hunks": [_unnumbered(lines) for lines in self.hunks if _edits(lines)]}


def patched(patch: str) -> list[Json]:
    """The fields of `file.edited` for each file of an `apply_patch` text.

    The text names no line numbers: `old_start` and `new_start` of its hunks are null.
    """
    files: list[_File] = []
    for line in patch.removesuffix("\n").split("\n"):
        verb = next((verb for verb in _VERBS if line.startswith(verb)), None)
        if verb:
            files.append(_File(line[len(verb) :].strip(), _VERBS[verb]))
        elif files:
            files[-1].read(line)
    return [found.to_payload() for found in files if found.path]


def _edits(lines: list[str]) -> bool:
    return any(line[0] in "+-" for line in lines)


def _unnumbered(lines: list[str]) -> Json:
    counts: dict[str, Any] = {
        "old_start": None,
        "old_lines": sum(line[0] != "+" for line in lines),
        "new_start": None,
        "new_lines": sum(line[0] != "-" for line in lines),
    }
    return {**counts, "lines": lines}


def replaced(old: str, new: str) -> list[Json]:
    """The hunk that puts one text in the place of another; nobody says at which line."""
    lines = [f"-{line}" for line in _lines(old)] + [f"+{line}" for line in _lines(new)]
    return [_unnumbered(lines)] if lines else []


def _lines(words: str) -> list[str]:
    return words.removesuffix("\n").split("\n") if words else []
