"""The difference of two texts as hunks, in the form of `file.edited`; sizes stay bearable."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

from hansard.domain import foreign
from hansard.domain.draft import Json

MOST_LINES = 400
"""Lines of hunks that are shown; a longer difference is cut and says so."""
_LONGEST_LINE = 2_000
_CONTEXT = 3
_MOST_WORK = 4_000_000
"""Lines before times lines after, without what is equal at both ends: more takes seconds."""


def of_texts(before: str, after: str) -> list[Json] | None:
    """The hunks between two texts; None when they are too large to compare."""
    old, new = _lines(before), _lines(after)
    head = _same(old, new)
    tail = _same(old[head:][::-1], new[head:][::-1])
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(left) * len(right) > _MOST_WORK:
        return None
    if not left and not right:
        return []
    # A few equal lines at both ends give the first and the last hunk their context.
    start = max(0, head - _CONTEXT)
    kept = max(0, tail - _CONTEXT)
    matcher = SequenceMatcher(None, old[start : len(old) - kept], new[start : len(new) - kept])
    groups = matcher.get_grouped_opcodes(_CONTEXT)
    return [_hunk(group, old, new, start) for group in groups]


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


def _same(old: Sequence[str], new: Sequence[str]) -> int:
    """How many lines two texts begin with in common."""
    most = min(len(old), len(new))
    return next((n for n in range(most) if old[n] != new[n]), most)


def _hunk(
    group: Sequence[tuple[str, int, int, int, int]],
    old: Sequence[str],
    new: Sequence[str],
    start: int,
) -> Json:
    lines: list[str] = []
    for tag, a, b, c, d in group:
        if tag == "equal":
            lines += [f" {line}" for line in old[start + a : start + b]]
            continue
        lines += [f"-{line}" for line in old[start + a : start + b]]
        lines += [f"+{line}" for line in new[start + c : start + d]]
    first, last = group[0], group[-1]
    gone, came = last[2] - first[1], last[4] - first[3]
    return {
        "old_start": start + first[1] + (1 if gone else 0),
        "old_lines": gone,
        "new_start": start + first[3] + (1 if came else 0),
        "new_lines": came,
        "lines": lines,
    }


def counted(hunks: Sequence[Any]) -> tuple[int, int]:
    """(lines that came, lines that went) in hunks of any shape."""
    signs = [line[:1] for hunk in hunks for line in _lines_of(hunk)]
    return signs.count("+"), signs.count("-")


def cut(hunks: Sequence[Any]) -> tuple[list[Json], bool]:
    """(hunks of `MOST_LINES` lines together, whether anything was left out)."""
    found: list[Json] = []
    left, truncated = MOST_LINES, False
    for hunk in map(foreign.mapping, hunks):
        lines = _lines_of(hunk)
        shown = [_short(line) for line in lines[:left]]
        truncated |= shown != lines
        if shown:
            numbers = {name: foreign.whole(hunk.get(name)) for name in _NUMBERS}
            found.append({**numbers, "lines": shown})
        left -= len(shown)
    return found, truncated


def _lines_of(hunk: Any) -> list[str]:
    return foreign.texts(foreign.mapping(hunk).get("lines"))


def _short(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE] + "…"


_NUMBERS = ("old_start", "old_lines", "new_start", "new_lines")
