"""Markdown: the transcript to be read. What was said keeps its Markdown, but cannot act.

No raw HTML, no picture, no link but to the web, no heading above the page's own survives in a
text; everything else a tool said stands in a fence longer than any inside.
"""

import re
from collections.abc import Iterator

from hansard.domain import instant
from hansard.export import plain, reading
from hansard.export.base import Selection
from hansard.export.passage import Passage

_SPECIAL = re.compile(r"([\\`*\[\]<>|&~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")
_TICKS = re.compile(r"`+")
_HEADING = re.compile(r"( {0,3})(#{1,6})(?=[ \t]|\Z)")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*\Z")
_DEMOTED = 3
_ACTING = (
    (re.compile("<"), "&lt;"),
    (re.compile(r"!\["), "!&#91;"),
    (re.compile(r"\](?=\((?!https?://))"), "&#93;"),
    (re.compile(r"\]:"), "]&#58;"),
)
"""What begins HTML, a picture, a link that does not lead to the web, a definition of a link."""


class Markdown:
    """A heading for each session, then its messages and calls."""

    name = "markdown"
    title = "Markdown"
    media_type = "text/markdown; charset=utf-8"
    suffix = ".md"

    def write(self, chosen: Selection) -> Iterator[bytes]:
        """The file in pieces."""
        return reading.joined(_texts(chosen))


def _texts(chosen: Selection) -> Iterator[str]:
    for one in chosen.sessions:
        facts = reading.facts(chosen, one)
        yield f"# {_inline(facts.title)}\n\n"
        yield "".join(f"- {name}: {_inline(value)}\n" for name, value in facts.rows)
        yield f"- Exported: {_inline(instant.to_wire(chosen.at))}\n\n"
        for passage in reading.pages(chosen, one):
            yield _printed(passage)
    yield f"---\n\n{reading.end(chosen)}\n"


def _printed(passage: Passage) -> str:
    text, about = passage.text, _inline(passage.about)
    match passage.kind:
        case "turn":
            return f"## {_inline(text)} ({about})\n\n"
        case "head":
            return f"### {_inline(text)}\n\n*{about}*\n\n"
        case "mark":
            return f"**{_inline(text)}** ({about})\n\n"
        case "note":
            return f"*{_inline(text)}*\n\n"
        case "code":
            return _fenced(plain.visible(text), passage.about)
        case "text":
            found = "".join(_part(language, part) for language, part in _parts(text))
            return _quoted(found) if passage.tone == "thinking" else found


def _parts(text: str) -> Iterator[tuple[str | None, str]]:
    return plain.parts(plain.visible(text))


def _part(language: str | None, part: str) -> str:
    return f"{prose(part)}\n\n" if language is None else _fenced(part, language)


def _quoted(text: str) -> str:
    return "".join(f"> {row}\n" for row in text.rstrip("\n").split("\n")) + "\n"


def _fenced(text: str, language: str) -> str:
    longest = max((len(ticks) for ticks in _TICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}\n\n"


def _inline(text: str) -> str:
    """A text on one line that is nothing but text."""
    return _SPECIAL.sub(r"\\\1", plain.line(text))


def prose(text: str) -> str:
    """Markdown that somebody said, without what acts or looks like a part of the page."""
    rows: list[str] = []
    before = ""
    for row in text.split("\n"):
        shown = _HEADING.sub(_demoted, row)
        if before.strip() and _UNDERLINE.match(row):
            shown = "\\" + row.lstrip(" ")
        for acting, harmless in _ACTING:
            shown = acting.sub(harmless, shown)
        rows.append(shown)
        before = row
    return "\n".join(rows)


def _demoted(found: re.Match[str]) -> str:
    return found[1] + "#" * min(6, len(found[2]) + _DEMOTED)


FORMAT = Markdown()
