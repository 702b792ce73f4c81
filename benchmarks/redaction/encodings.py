"""The ways in which tools spell one value (reliability.md, 4.2 item 2)."""

import html
import json
import shlex
import textwrap
from base64 import b64encode, encodebytes, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote, quote_plus


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()


ENCODINGS: dict[str, Callable[[str], str]] = {
    "raw": str,
    "base64": _base64,
    "base64, second alignment": lambda v: _base64(f"x{v}yz"),
    "base64, third alignment": lambda v: _base64(f"xy{v}z"),
    "base64 for URLs": lambda v: urlsafe_b64encode(v.encode()).decode(),
    "base64 without padding": lambda v: _base64(v).rstrip("="),
    "base64, 76 columns": lambda v: encodebytes(("x" * 40 + v + "y" * 80).encode()).decode(),
    "basic authentication": lambda v: _base64(f"service-account:{v}"),
    "hexadecimal": lambda v: v.encode().hex(),
    "HEXADECIMAL": lambda v: v.encode().hex().upper(),
    "xxd": lambda v: "\n".join(textwrap.wrap(("x" * 20 + v + "y" * 40).encode().hex(), 60)),
    "percent": lambda v: quote(v, safe=""),
    "percent, lower": lambda v: "".join(f"%{b:02x}" for b in v.encode()),
    "percent, plus": quote_plus,
    "JSON": lambda v: json.dumps(v)[1:-1],
    "JSON twice": lambda v: json.dumps(json.dumps(v))[1:-1],
    "JSON, slashes": lambda v: json.dumps(v)[1:-1].replace("/", "\\/"),
    "JSON, all escaped": lambda v: "".join(f"\\u{ord(c):04x}" for c in v),
    "HTML": html.escape,
    "HTML numbers": lambda v: "".join(f"&#{ord(c)};" for c in v),
    "shell": shlex.quote,
    "YAML": lambda v: v.replace("'", "''"),
    "UTF-16": lambda v: v.encode("utf-16-le").decode("utf-8"),
    "UTF-16 in base64": lambda v: b64encode(v.encode("utf-16-le")).decode(),
    "byte escapes": lambda v: "".join(f"\\x{b:02x}" for b in v.encode()),
}
"""Raw first, then the fourteen of the requirement and those that were met since."""


def leaked(secret: str, shown: str, encode: Callable[[str], str]) -> int:
    """The longest run of a secret, in its own characters, that an output still shows.

    Looked for in the spelling itself: of n characters of a spelling the share that they spell.
    """
    spelled = _own_part(secret, encode)
    return int(_longest_common(spelled, shown) * min(1.0, len(secret) / max(1, len(spelled))))


def _own_part(secret: str, encode: Callable[[str], str]) -> str:
    """The part of a spelling that depends on the secret: not what stands around it."""
    spelled = encode(secret)
    others = [encode("".join(_other(c, by) for c in secret)) for by in (3, 11)]
    low = min(_same(spelled, other) for other in others)
    high = min(_same(spelled[::-1], other[::-1]) for other in others)
    return spelled[low : len(spelled) - high]


def _other(character: str, by: int) -> str:
    """Another character of as many bytes."""
    return chr((ord(character) + by) % 26 + 97) if character.isascii() else character


def _same(left: str, right: str) -> int:
    return next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), len(left))


def _longest_common(left: str, right: str) -> int:
    """Length of the longest text that stands in both."""
    low, high = 0, len(left)
    while low < high:
        middle = (low + high + 1) // 2
        if any(left[at : at + middle] in right for at in range(len(left) - middle + 1)):
            low = middle
        else:
            high = middle - 1
    return low
