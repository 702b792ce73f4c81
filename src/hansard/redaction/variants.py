"""The forms in which one known value may appear: as it is, and in the common encodings."""

import html
import json
import re
import shlex
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

SHORTEST = 8
_WRAP_COLUMNS = (76, 64)
_JAVASCRIPT_SAFE = "-_.!~*'()"
_SHELL_SPECIAL = re.compile(r"([^\w@%+=:,./-])", re.ASCII)
_MARKDOWN_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+.!|<>~-])")


def variants(value: str) -> set[bytes]:
    """All forms of a value that the scanner looks for, as UTF-8 (reliability.md, 4.2).

    Raw, each line of a value of several lines, base64 at every alignment in both alphabets with
    and without padding and wrapped, hexadecimal, percent-encoded, JSON-escaped once and twice,
    HTML entities, shell, YAML and Markdown quoting, base64 and hexadecimal of UTF-16. Basic
    authentication is a base64 alignment. Texts in which every character is escaped, and blocks
    that line ends cut through, are read by `views.py`.
    """
    raw = value.encode("utf-8", "replace")
    wide = value.encode("utf-16-le", "replace")
    forms = {raw, *_hexadecimal(raw), *_hexadecimal(wide)}
    forms.update(_base64(raw))
    forms.update(_base64(wide))
    forms.update(form.encode("utf-8", "replace") for form in _spelled(value))
    for line in _lines(value):
        forms.update(form.encode("utf-8", "replace") for form in (line, *_json(line)))
    return {form for form in forms if len(form) >= SHORTEST}


def _lines(value: str) -> list[str]:
    """The lines worth looking for alone; the armour of a PEM block is no secret."""
    lines = [line.strip() for line in value.splitlines()]
    if len(lines) < 2:
        return []
    return [line for line in lines if len(line) >= SHORTEST and not line.startswith("-----")]


def _spelled(value: str) -> Iterator[str]:
    yield from _json(value)
    for once in set(_json(value)):
        yield from _json(once)
    yield from _percent(value)
    yield from _html(value)
    yield from _quoted(value)


def _percent(value: str) -> Iterator[str]:
    for form in (
        quote(value, safe=""),
        quote(value),
        quote_plus(value),
        quote(value, safe=_JAVASCRIPT_SAFE),
        quote(quote(value, safe=""), safe=""),
    ):
        yield form
        yield _lower_escapes(form)


def _html(value: str) -> Iterator[str]:
    named = html.escape(value)
    yield named
    yield named.replace("&#x27;", "&#39;")
    yield named.replace("/", "&#x2F;")
    yield html.escape(value, quote=False)


def _quoted(value: str) -> Iterator[str]:
    yield shlex.quote(value).strip("'")
    yield value.replace("'", r"'\''")
    yield value.replace("'", "''")
    yield value.replace("$", r"\$").replace("`", r"\`").replace('"', r"\"")
    yield _SHELL_SPECIAL.sub(r"\\\1", value)
    yield _MARKDOWN_SPECIAL.sub(r"\\\1", value)
    yield repr(value)[1:-1]
    yield repr(value.encode("utf-8", "replace"))[2:-1]


def _json(value: str) -> Iterator[str]:
    for ascii_only in (True, False):
        form = json.dumps(value, ensure_ascii=ascii_only)[1:-1]
        yield form
        yield form.replace("/", r"\/")
        yield form.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")


def _lower_escapes(form: str) -> str:
    """Percent escapes with lower-case digits, the rest untouched."""
    head, *rest = form.split("%")
    return "%".join([head, *(part[:2].lower() + part[2:] for part in rest)])


def _hexadecimal(raw: bytes) -> tuple[bytes, bytes]:
    digits = raw.hex()
    return digits.encode(), digits.upper().encode()


def _base64(raw: bytes) -> Iterator[bytes]:
    """What base64 makes of the value wherever it stands in a longer text.

    With `lead` unknown bytes before it, the characters that depend on the value alone are a
    fixed string; at the end of the text the last, partly filled character is fixed as well.
    """
    for lead in range(3):
        coded = b64encode(b"\0" * lead + raw)
        start = -(-lead * 8 // 6)
        certain = (lead + len(raw)) * 8 // 6
        for end in (certain, len(coded.rstrip(b"=")), len(coded)):
            form = coded[start:end]
            yield form
            yield form.replace(b"+", b"-").replace(b"/", b"_")
            yield quote(form, safe="").encode()
    whole = b64encode(raw)
    for columns in _WRAP_COLUMNS:
        if len(whole) > columns:
            for at in range(0, len(whole), columns):
                yield whole[at : at + columns]
