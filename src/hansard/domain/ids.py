"""Identifiers: a prefix and a UUIDv7 in hex (product.md, fixed names)."""

import hashlib
import re
from uuid import UUID

PREFIXES = (
    "sesn",
    "sevt",
    "turn",
    "agent",
    "depl",
    "drun",
    "appr",
    "usr",
    "wrkspc",
    "key",
    "whk",
    "flow",
    "art",
    "led",
    "sthr",
    "env",
    "imp",
    "bulk",
    "view",
    "file",
)
_SHAPE = re.compile(r"([a-z]+)_([0-9a-f]{32})\Z")
_RANDOM_BITS = 74


def uuid7(ms: int, random: int) -> UUID:
    """Build a UUIDv7 from a time in milliseconds and 74 bits (RFC 9562, section 5.7)."""
    high, low = divmod(random & ((1 << _RANDOM_BITS) - 1), 1 << 62)
    value = (ms & ((1 << 48) - 1)) << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low
    return UUID(int=value)


def make(prefix: str, ms: int, random: int) -> str:
    """Make an identifier, for example ``sesn_0193…``, from a time and 74 random bits."""
    return f"{prefix}_{uuid7(ms, random).hex}"


def derived(prefix: str, ms: int, *parts: str) -> str:
    """Make the same identifier for the same source record every time.

    The 74 bits after the time are the first of SHA-256 over the parts (architecture.md,
    section 10, *Import identity*), so importing a record twice meets its own event.
    """
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).digest()
    return make(prefix, ms, int.from_bytes(digest[:10], "big") >> 6)


def to_bytes(identifier: str) -> bytes:
    """The 16 bytes inside an identifier.

    Raises:
        ValueError: it is not an identifier.
    """
    match = _SHAPE.match(identifier)
    if match is None:
        raise ValueError(f"not an identifier: {identifier[:80]!r}")
    return bytes.fromhex(match[2])


def from_bytes(prefix: str, raw: bytes) -> str:
    """The identifier that holds these 16 bytes."""
    return f"{prefix}_{raw.hex()}"


def is_id(prefix: str, text: str) -> bool:
    """Whether a text is an identifier of this prefix."""
    match = _SHAPE.match(text)
    return match is not None and match[1] == prefix
