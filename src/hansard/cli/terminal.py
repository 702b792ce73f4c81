"""The one door to a terminal: foreign text is made harmless, our own styles are added after.

A transcript can hold any bytes that a model or a tool wrote; printed as they are they could
retitle the window, set the clipboard, hide text or fake our output (reliability.md, section 2).
"""

import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TextIO

Style = Literal["bold", "dim", "active", "success", "problem", "attention", "neutral"]

_CODES: dict[Style, str] = {
    "bold": "1",
    "dim": "2",
    "active": "36",
    "success": "32",
    "problem": "31",
    "attention": "33",
    "neutral": "39",
}

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSEEN = "\u2028\u2029\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
_SURROGATES = "\ud800-\udfff"

_SEQUENCES = re.compile(
    # CSI; then OSC, DCS, SOS, PM and APC when they end soon and on their line: an open one
    # would swallow the text after it, so its introducer is only made visible below.
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[]PX^_]|[\x90\x98\x9d-\x9f])[^\x00-\x08\x0a-\x1f\x7f-\x9f]{0,2048}(?:\x07|\x1b\\|\x9c)"
)
_HARMFUL = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f{_BIDI}{_UNSEEN}{_SURROGATES}]")
_JSON_HARMFUL = re.compile(rf"[\x7f-\x9f{_BIDI}{_UNSEEN}{_SURROGATES}]")


@dataclass(frozen=True, slots=True)
class Styled:
    """A piece of text in a style."""

    text: str
    style: Style


Piece = str | Styled


def harmless(text: str) -> str:
    """The text without terminal sequences; what is left of control characters made visible.

    Newline and tab stay. Well-formed sequences go; a stray control character becomes its
    picture (``␛``) or its code (``<U+202E>``). Applying it twice changes nothing more.
    """
    if text.isascii() and text.isprintable():
        return text
    return _HARMFUL.sub(_visible, _SEQUENCES.sub("", text.replace("\r\n", "\n")))


def one_line(text: str) -> str:
    """Harmless text for one table cell: every run of white space is one space."""
    return " ".join(harmless(text).split())


def json_text(text: str) -> str:
    """JSON with those characters escaped that a terminal would act on; the value is the same."""
    return text if text.isascii() else _JSON_HARMFUL.sub(_json_escape, text)


def width(text: str) -> int:
    """How many terminal columns a harmless line takes."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def shorten(text: str, most: int) -> str:
    """A harmless line cut to a number of columns, with an ellipsis."""
    if width(text) <= most:
        return text
    taken: list[str] = []
    columns = 0
    for character in text:
        columns += _columns(character)
        if columns >= most:
            break
        taken.append(character)
    return "".join(taken).rstrip() + "…"


class Screen:
    """Writes lines of pieces to a stream.

    Args:
        stream: where to.
        colour: whether styles are shown; `wants_colour` knows.
        raw: True lets foreign sequences through, because a person asked for it.
    """

    def __init__(self, stream: TextIO, *, colour: bool = False, raw: bool = False) -> None:
        self.stream = stream
        self.colour = colour
        self.raw = raw

    @property
    def is_terminal(self) -> bool:
        """Whether a person looks at it."""
        return self.stream.isatty()

    def line(self, *pieces: Piece) -> None:
        """Write one line (or several, when a piece holds newlines)."""
        self.stream.write("".join(map(self._shown, pieces)).rstrip(" ") + "\n")

    def lines(self, lines: Iterable[tuple[Piece, ...]]) -> None:
        """Write lines as they come."""
        for pieces in lines:
            self.line(*pieces)

    def json(self, text: str) -> None:
        """Write a JSON text as a line."""
        self.stream.write(json_text(text) + "\n")

    def status(self, text: str) -> None:
        """Replace the current line of a terminal; nothing where nobody looks."""
        if self.is_terminal:
            self.stream.write("\r\x1b[2K" + shorten(one_line(text), columns() - 1))
            self.stream.flush()

    def flush(self) -> None:
        """Hand on what was written."""
        self.stream.flush()

    def _shown(self, piece: Piece) -> str:
        text = piece.text if isinstance(piece, Styled) else piece
        if not self.raw:
            text = harmless(text)
        if not isinstance(piece, Styled) or not self.colour or not text:
            return text
        return f"\x1b[{_CODES[piece.style]}m{text}\x1b[0m"


def screens(environ: Mapping[str, str]) -> tuple[Screen, Screen]:
    """Standard output and standard error as screens."""
    return (
        Screen(sys.stdout, colour=wants_colour(sys.stdout, environ)),
        Screen(sys.stderr, colour=wants_colour(sys.stderr, environ)),
    )


def wants_colour(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Colour is for terminals, unless NO_COLOR says otherwise."""
    return stream.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"


def finish() -> None:
    """Hand on what was printed; where the reader has left, let it go nowhere."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more at its end, and would complain there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def columns() -> int:
    """How wide the terminal is; COLUMNS wins."""
    return shutil.get_terminal_size((80, 24)).columns


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"<U+{code:04X}>"


def _json_escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
