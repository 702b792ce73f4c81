"""One line of a Claude Code log, read without trusting any of it."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any, TypeGuard, cast

import orjson

from hansard.domain import ids, instant
from hansard.domain.actor import Actor
from hansard.domain.draft import Draft, Json

NAME = "claude_code"
AGENT = Actor("agent", None, "claude-code")
TOOL = Actor("agent")
PERSON = Actor("person")
SYSTEM = Actor("system")

_LONGEST_ID = 200
_MOST = 10**12
_DEEPEST = 200
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Origin:
    """The record that an event comes from: its id, and its time in milliseconds UTC."""

    record: str
    at: int

    def event_id(self, part: int | str, *, session: str | None = None) -> str:
        """The id of an event of this record; `session` for what is said of that session only.

        Copies of a record in another file (fork, resume) give the same ids
        (architecture.md, section 10, *Import identity*).
        """
        record = self.record if session is None else f"{session}/{self.record}"
        return ids.derived("sevt", self.at, NAME, record, str(part))

    def draft(
        self,
        type: str,  # the event type is called so everywhere
        payload: Json,
        actor: Actor,
        part: int | str,
        *,
        turn: str | None = None,
        session: str | None = None,
    ) -> Draft:
        """An event of this record; `part` tells apart the events of one record."""
        source = {"format": NAME, "record": self.record, "part": part}
        return Draft(
            type,
            {**payload, "source": source},
            actor,
            self.at,
            id=self.event_id(part, session=session),
            turn_id=turn,
        )


@dataclass(frozen=True, slots=True)
class Record:
    """A record and its origin."""

    type: str
    fields: Json
    origin: Origin

    def flag(self, name: str) -> bool:
        """Whether a field is true (and nothing else)."""
        return self.fields.get(name) is True

    @property
    def message(self) -> Json:
        """The message of the model or to it, if the record has one."""
        return mapping(self.fields.get("message"))


def parse(line: bytes) -> Json | None:
    """The JSON object of a line; None when it is not one.

    Bytes that are not UTF-8 and halves of surrogate pairs (output that was cut in the middle
    of a character) become replacement characters. What is nested deeper than can be written
    again is not read.
    """
    try:
        value: Any = orjson.loads(line)
    except (orjson.JSONDecodeError, RecursionError):
        value = _repaired(line)
    return mapping(value) if isinstance(value, dict) and _can_be_written(line, value) else None


def _can_be_written(line: bytes, value: Any) -> bool:
    if line.count(b"{") + line.count(b"[") < _DEEPEST:
        return True
    try:
        orjson.dumps(value)
    except (orjson.JSONEncodeError, RecursionError):
        return False
    return True


def _repaired(line: bytes) -> Any:
    text = line.decode("utf-8", "replace")
    whole = _ESCAPE.sub(lambda m: "\\ufffd" if m["lone"] else m[0], text)
    try:
        return orjson.loads(whole)
    except (orjson.JSONDecodeError, RecursionError):
        return None


def key(uuid: str, external_id: str | None) -> str:
    """The id of a record: its uuid, made unique when it is not a real one."""
    return uuid if _UUID.match(uuid) else f"{external_id}/{uuid}"


def digest(line: bytes) -> str:
    """The content hash that stands for the id of a record without one."""
    return hashlib.sha256(line).hexdigest()


def is_uuid(text: str) -> bool:
    """Whether a text is a UUID."""
    return _UUID.match(text) is not None


def is_mapping(value: Any) -> TypeGuard[Json]:
    """Whether a value is a JSON object."""
    return isinstance(value, dict)


def mapping(value: Any) -> Json:
    """A JSON object, or an empty one in place of anything else."""
    return cast(Json, value) if isinstance(value, dict) else {}


def array(value: Any) -> list[Any]:
    """A JSON array, or an empty one in place of anything else."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def text(value: Any) -> str | None:
    """A text that says something, or None."""
    return value if isinstance(value, str) and value.strip() else None


def identifier(value: Any) -> str | None:
    """A foreign identifier of a bearable length, or None."""
    found = text(value)
    return found if found and len(found) <= _LONGEST_ID else None


def count(value: Any) -> int:
    """A number of things: 0 in place of anything that cannot be one."""
    if isinstance(value, bool) or not isinstance(value, int):
        return 0
    return value if 0 <= value <= _MOST else 0


def duration_ms(value: Any, unit: int = 1) -> int | None:
    """A duration in milliseconds from a number of `unit` milliseconds, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return round(value * unit) if 0 <= value * unit <= _MOST else None


def moment(value: Any) -> int | None:
    """A time as milliseconds UTC, or None."""
    if not isinstance(value, str):
        return None
    try:
        at = instant.from_wire(value)
    except (ValueError, OverflowError):
        return None
    return at if 0 <= at <= instant.LAST else None


def text_block(value: str) -> Json:
    """A text as a content block."""
    return {"type": "text", "text": value}


def blocks(content: Any) -> list[Json]:
    """Message content as blocks: a bare text is one block, what is not a block is its JSON."""
    if isinstance(content, str):
        return [text_block(content)] if content else []
    if isinstance(content, dict):
        return [text_block(_json(content))]
    return [_block(part) for part in array(content)]


def _block(part: Any) -> Json:
    if isinstance(part, dict) and isinstance(mapping(part).get("type"), str):
        return mapping(part)
    return text_block(part if isinstance(part, str) else _json(part))


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
