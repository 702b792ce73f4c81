"""Text from anywhere made harmless to look at: no terminal codes, nothing that turns or hides."""

import re
from collections.abc import Iterator

_ANSI = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # titles, links, clipboard
    r"|\x1b[PX^_][^\x1b]*(?:\x1b\\)?"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # colours, the cursor
    r"|\x1b[ -/]*[0-~]?"
)
_BREAKS = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_UNSEEN = re.compile(
    "[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Signs that turn the direction of a line, or that nobody sees."""
_FENCE = re.compile(r" {0,3}(?:(`{3,})(?=[^`]*\Z)|(~{3,}))[ \t]*(.*)\Z")
_LANGUAGE = re.compile(r"[A-Za-z0-9+#._-]{1,30}")


def visible(text: str) -> str:
    """A text of which everything can be seen: unseen signs are spelled as their numbers."""
    spelled = text.encode("utf-8", "replace").decode()
    plain = _CONTROLS.sub("\ufffd", _BREAKS.sub("\n", _ANSI.sub("", spelled)))
    return _UNSEEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", plain)


def line(text: str) -> str:
    """The same on one line."""
    return " ".join(visible(text).split())


def parts(text: str) -> Iterator[tuple[str | None, str]]:
    """Prose and fenced code in their order: (None, prose) or (language, code).

    A fence that nobody closes goes to the end of the text.
    """
    fence, language, held = "", "", list[str]()
    for row in text.split("\n"):
        found = _FENCE.match(row)
        if not fence and found:
            yield from _part(None, held)
            named = _LANGUAGE.match(found[3])
            fence, language, held = found[1] or found[2], named[0] if named else "", []
        elif fence and _closes(row, fence):
            yield language, "\n".join(held)
            fence, held = "", []
        else:
            held.append(row)
    yield from ([(language, "\n".join(held))] if fence else _part(None, held))


def _closes(row: str, fence: str) -> bool:
    plain = row.strip()
    return set(plain) == {fence[0]} and len(plain) >= len(fence)


def _part(language: str | None, held: list[str]) -> Iterator[tuple[str | None, str]]:
    prose = "\n".join(held).strip("\n")
    if prose.strip():
        yield language, prose
