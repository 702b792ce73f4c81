"""A line of a rollout file as a record, and the careful reading of foreign fields."""

from dataclasses import dataclass
from typing import Any, Final, cast
from uuid import UUID

import orjson

from hansard.domain import instant
from hansard.domain.draft import Json

FORMAT_NAME: Final = "codex"
_LARGEST = 2**53


@dataclass(frozen=True, slots=True)
class Record:
    """One line.

    Attributes:
        id: the record id that event ids are derived from.
        at: its time in milliseconds UTC, the last one seen when it has none.
        kind: the line's type; for the two interleaved logs with the payload's type,
            ``event_msg/token_count``.
        payload: its fields, empty when they are not an object.
        ordinal: its number in the thread, in files that number their lines.
    """

    id: str
    at: int
    kind: str
    payload: Json
    ordinal: int | None = None


def decode(line: bytes) -> Json:
    """The JSON object on a line; bytes that are not UTF-8 become U+FFFD.

    Raises:
        ValueError: it is no JSON, or no object; the message says which.
    """
    try:
        found: Any = orjson.loads(line)
    except ValueError:
        found = _replaced(line)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return cast(Json, found)


def _replaced(line: bytes) -> Any:
    try:
        return orjson.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise ValueError("not JSON") from None


def nested(words: str | None) -> Json | None:
    """The JSON object that a text field holds, None when it holds none."""
    try:
        found: Any = orjson.loads(words or "")
    except (ValueError, RecursionError):
        return None
    return cast(Json, found) if isinstance(found, dict) else None


def kind_of(fields: Json) -> str:
    """The kind of a decoded line (see `Record.kind`)."""
    kind = text(fields, "type") or ""
    if kind in ("event_msg", "response_item"):
        return f"{kind}/{text(part(fields, 'payload'), 'type') or ''}"
    return kind


def text(fields: Json, *names: str) -> str | None:
    """The first of the named fields that is a text and not empty."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, str) and value:
            return value
    return None


def whole(fields: Json, *names: str) -> int | None:
    """The first of the named fields that is a number, as an integer."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return int(value) if abs(value) <= _LARGEST else None
    return None


def part(fields: Json, name: str) -> Json:
    """A field that is an object; an empty object when it is none."""
    value = fields.get(name)
    return cast(Json, value) if isinstance(value, dict) else {}


def rows(fields: Json, name: str) -> list[Any]:
    """A field that is a list; an empty list when it is none."""
    value = fields.get(name)
    return cast("list[Any]", value) if isinstance(value, list) else []


def objects(fields: Json, name: str) -> list[Json]:
    """The objects in a field that is a list."""
    return [cast(Json, row) for row in rows(fields, name) if isinstance(row, dict)]


def moment(value: Any) -> int | None:
    """An RFC 3339 text as milliseconds UTC, or None."""
    if not isinstance(value, str):
        return None
    try:
        ms = instant.from_wire(value)
    except (ValueError, OverflowError):
        return None
    return ms if 0 <= ms <= instant.LAST else None


def duration_ms(fields: Json) -> int | None:
    """The milliseconds of ``duration: {secs, nanos}``."""
    spent = part(fields, "duration")
    seconds, nanos = whole(spent, "secs"), whole(spent, "nanos")
    if seconds is None and nanos is None:
        return None
    return (seconds or 0) * 1000 + (nanos or 0) // 1_000_000


def born_ms(identifier: str | None) -> int | None:
    """The time inside a UUIDv7, milliseconds UTC; None for any other text."""
    try:
        found = UUID(identifier or "")
    except ValueError:
        return None
    return found.int >> 80 if found.version == 7 else None
