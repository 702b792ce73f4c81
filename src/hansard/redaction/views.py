"""Other readings of parts of a text: escapes undone, line ends taken out, with their places.

A value of which every byte is escaped, or through which the line end of a base64 block cuts,
has too many forms to list. Such stretches are read the plain way and searched once more.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import re2

_HEX = "[0-9A-Fa-f]"
_LINE_END = r"(?:\r?\n|(?:\\+r)?\\+n)[ \t]*"
_NUL = r"(?:\x00|\\+u0000)"
_KINDS = {
    # An escape for every character, eight or more in a row: shorter values are never known.
    "unicode": rf"(?:\\+u{_HEX}{{4}}){{8,}}",
    "bytes": rf"(?:\\+x{_HEX}{{2}}){{8,}}",
    "percent": rf"(?:%{_HEX}{{2}}){{8,}}",
    "entity": r"(?:&#[0-9]{2,7};){8,}",
    "hex_entity": rf"(?:&#[xX]{_HEX}{{2,6}};){{8,}}",
    "pairs": rf"(?:{_HEX}{{2}}[ :]){{7,}}{_HEX}{{2}}",
    "wide": rf"(?:{_NUL})?(?:[\x01-\x7f]{_NUL}){{7,}}[\x01-\x7f]?",
    "wrapped": rf"[0-9A-Za-z+/_-]{{40,}}(?:{_LINE_END}[0-9A-Za-z+/_-]+={{0,2}})+",
}
_ANY = re2.compile("|".join(f"(?P<{kind}>{form})" for kind, form in _KINDS.items()))
_OPEN = re2.compile(
    rf"(?:(?:{_HEX}{{2}}[ :])+{_HEX}?|(?:{_NUL})?(?:[\x01-\x7f]{_NUL})+[\x01-\x7f]?"
    rf"|[0-9A-Za-z+/_-]{{40,}}(?:{_LINE_END}[0-9A-Za-z+/_=-]*)+)\z"
)
_NEAR = 4_096


class View(NamedTuple):
    """A stretch read in another way; `places` says where each byte stood, and where they end."""

    text: bytes
    places: list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the view stands in the text."""
        return self.places[start], self.places[end]


def views(text: bytes) -> Iterator[View]:
    """The stretches of a UTF-8 text that have another reading."""
    for match in _ANY.finditer(text):
        kind = next(name for name, group in _ANY.groupindex.items() if match.start(group) >= 0)
        start, end = match.span()
        pieces, decode = _READERS[kind]
        yield _read(text, start, end, pieces, decode)


def open_at(text: bytes) -> int:
    """Where a stretch begins that may go on behind the end and spaces or line ends do not close."""
    near = max(0, len(text) - _NEAR)
    found = _OPEN.search(text[near:])
    return len(text) if found is None else near + found.start()


def _read(
    text: bytes,
    start: int,
    end: int,
    pieces: re.Pattern[bytes],
    decode: Callable[[re.Match[bytes]], bytes],
) -> View:
    out = bytearray()
    places: list[int] = []
    for piece in pieces.finditer(text, start, end):
        plain = decode(piece)
        # Every byte of an escape stands where the escape begins; of a run, where it is itself.
        run = len(plain) == piece.end() - piece.start()
        places += range(*piece.span()) if run else [piece.start()] * len(plain)
        out += plain
    return View(bytes(out), [*places, end])


def _codepoint(digits: bytes, base: int) -> bytes:
    number = int(digits, base)
    return chr(number).encode("utf-8", "replace") if number < 0x110000 else b"?"


def _hexadecimal(piece: re.Match[bytes]) -> bytes:
    return _codepoint(piece[1], 16)


_READERS: dict[str, tuple[re.Pattern[bytes], Callable[[re.Match[bytes]], bytes]]] = {
    "unicode": (re.compile(rb"\\+u([0-9A-Fa-f]{4})"), _hexadecimal),
    "bytes": (re.compile(rb"\\+x([0-9A-Fa-f]{2})"), lambda m: bytes.fromhex(m[1].decode())),
    "percent": (re.compile(rb"%([0-9A-Fa-f]{2})"), lambda m: bytes.fromhex(m[1].decode())),
    "entity": (re.compile(rb"&#([0-9]+);"), lambda m: _codepoint(m[1], 10)),
    "hex_entity": (re.compile(rb"&#[xX]([0-9A-Fa-f]+);"), _hexadecimal),
    "pairs": (re.compile(rb"([0-9A-Fa-f]{2})"), lambda m: bytes.fromhex(m[1].decode())),
    "wide": (re.compile(rb"(\x00|\\+u0000)|."), lambda m: b"" if m[1] else m[0]),
    "wrapped": (
        re.compile(rb"(\r?\n|(?:\\+r)?\\+n)[ \t]*|[0-9A-Za-z+/_=-]+"),
        lambda m: b"" if m[1] else m[0],
    ),
}
