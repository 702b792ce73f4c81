"""The lines of an export, both ways: header, event, large content, raw record, end.

The form is documented for users in docs/reference/export.md. An event's line is told by its
first field, `id`; every other line begins with its `type`, which starts with ``hansard.``.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any, cast

import orjson

from hansard.domain import ids, instant
from hansard.domain.actor import ACTOR_TYPES, Actor
from hansard.domain.draft import Json
from hansard.domain.errors import InvalidRequest
from hansard.domain.events.base import Event

HEADER = "hansard.export"
BLOB = "hansard.blob"
RAW = "hansard.raw"
LEDGER = "hansard.ledger"
END = "hansard.end"
VERSION = 1
BEGINNING = b'{"type":"hansard.export",'
"""An export is known by the first bytes of its first line."""

_TEXT = rb'"(?:[^"\\]|\\.)*+"'
_TIME = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
_WHOLE = rb"(?:0|[1-9]\d{0,17})"
_EVENT = re.compile(
    rb'\{"id":"(sevt_[0-9a-f]{32})","type":(' + _TEXT + rb")"
    rb',"session_id":"(sesn_[0-9a-f]{32})","session_thread_id":(null|' + _TEXT + rb")"
    rb',"seq":(' + _WHOLE + rb'),"pos":(' + _WHOLE + rb'),"segment":(' + _WHOLE + rb")"
    rb',"turn_id":(null|"turn_[0-9a-f]{32}"),"v":(' + _WHOLE + rb")"
    rb',"actor":(\{(?:[^"{}]|' + _TEXT + rb")*+\})"
    rb',"created_at":"(' + _TIME + rb')","recorded_at":"(' + _TIME + rb')"'
    rb',"processed_at":(null|"' + _TIME + rb'")'
    rb',"content_hash":"([0-9a-f]{64})","salt":(null|"(?:[0-9a-f]{2})*+"),"hash":"([0-9a-f]{64})"'
    rb"([,}])"
)


class Damaged(InvalidRequest):
    """A line is not as Hansard wrote it."""


@dataclass(slots=True)
class Exported:
    """An event as it stands in an export.

    Attributes:
        event: the envelope; its payload is not read.
        actor: the actor as it is spelled, which the hash runs over.
        content: the content hash that the chain runs over.
        salt, payload: None when they were erased.
    """

    event: Event
    actor: bytes
    content: bytes
    salt: bytes | None
    payload: bytes | None


@dataclass(frozen=True, slots=True)
class Head:
    """Where a session's chain ends, signed."""

    seq: int
    hash: str
    signature: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A session in the header.

    Attributes:
        sources: (format, external id) of what it was imported from.
        waits: (format, external id) of parents that it waits for.
    """

    id: str
    key: str
    head: Head
    sources: tuple[tuple[str, str], ...] = ()
    waits: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """The first line."""

    version: int
    exported_at: str
    hansard: str
    public_key: str
    sessions: Sequence[Entry] = field(repr=False)


def is_event(line: bytes) -> bool:
    """Whether a line is an event's."""
    return line.startswith(b'{"id":')


def read_event(line: bytes) -> Exported:
    """An event's line, without its newline.

    Raises:
        Damaged: it is not spelled as Hansard spells it; the hash runs over the bytes.
    """
    match = _EVENT.match(line)
    if match is None or not line.endswith(b"}"):
        raise Damaged("the line is not an event as Hansard writes it")
    event_id, kind, session_id, thread, seq, pos, segment, turn, v, actor, *rest = match.groups()
    created, recorded, processed, content, shown_salt, digest, next_ = rest
    salt = None if shown_salt == b"null" else bytes.fromhex(shown_salt[1:-1].decode())
    payload: bytes | None = b"{" + line[match.end() :]
    if next_ == b"}":
        if match.end() != len(line):
            raise Damaged("something follows the event on its line")
        payload = None if salt is None else b"{}"
    try:
        found = Event(
            id=event_id.decode(),
            type=orjson.loads(kind),
            session_id=session_id.decode(),
            session_thread_id=orjson.loads(thread),
            seq=int(seq),
            pos=int(pos),
            segment=int(segment),
            turn_id=orjson.loads(turn),
            v=int(v),
            actor=_NOBODY,
            created_at=instant.from_wire(created.decode()),
            recorded_at=instant.from_wire(recorded.decode()),
            processed_at=None if processed == b"null" else _time(processed[1:-1]),
            hash=digest.decode(),
            payload={},
        )
    except ValueError as problem:
        raise Damaged(f"the envelope does not read: {problem}") from problem
    return Exported(found, actor, bytes.fromhex(content.decode()), salt, payload)


@lru_cache(maxsize=64)
def read_actor(spelled: bytes) -> Actor:
    """The actor of an event's line.

    Raises:
        Damaged: it is not spelled as Hansard spells it.
    """
    value = _object(spelled)
    kind, identity, name = value.get("type"), value.get("id"), value.get("name")
    if kind not in ACTOR_TYPES or not _maybe_texts(identity, name):
        raise Damaged("the actor does not read")
    actor = Actor(kind, identity, name)
    if orjson.dumps(actor.to_wire()) != spelled:
        raise Damaged("the actor is not spelled as Hansard spells it")
    return actor


def header(start: Json, entries: Iterable[Json]) -> Iterator[bytes]:
    """The first line in pieces: `start` are its fields before `sessions`."""
    yield orjson.dumps({"type": HEADER, "version": VERSION, **start})[:-1] + b',"sessions":['
    comma = b""
    for entry in entries:
        yield comma + orjson.dumps(entry)
        comma = b","
    yield b"]}\n"


def read_header(line: bytes) -> Header:
    """The first line.

    Raises:
        Damaged: it does not read.
        InvalidRequest: it is of a version that is not known here.
    """
    if not line.startswith(BEGINNING):
        raise Damaged("the file is not an export of Hansard")
    value = _object(line)
    version = value.get("version")
    if version != VERSION:
        raise InvalidRequest(f"the export is of version {version}: upgrade Hansard to read it")
    entries = value.get("sessions")
    key = value.get("public_key")
    if not isinstance(entries, list) or not isinstance(key, str):
        raise Damaged("the header does not read")
    found = tuple(_entry(entry) for entry in cast("list[Any]", entries))
    if len({entry.id for entry in found}) != len(found):
        raise Damaged("a session stands twice in the header")
    at, version_ = str(value.get("exported_at")), str(value.get("hansard"))
    return Header(VERSION, at, version_, key, found)


def other(kind: str, session_id: str | None, **fields: Any) -> bytes:
    """A line that is no event, with its newline."""
    who = {} if session_id is None else {"session_id": session_id}
    return orjson.dumps({"type": kind, **who, **fields}) + b"\n"


def end(sessions: int, events: int, digest: str, signature: str) -> bytes:
    """The last line, with its newline: what the file holds, and the signature over it."""
    return other(END, None, sessions=sessions, events=events, sha256=digest, signature=signature)


def blob(session_id: str, blob_id: str, media_type: str, body: bytes) -> bytes:
    """A line of large content: text as it is, anything else in base64."""
    try:
        shown = {"text": body.decode()}
    except UnicodeDecodeError:
        shown = {"base64": b64encode(body).decode()}
    return other(BLOB, session_id, blob_id=blob_id, media_type=media_type, **shown)


def read_other(line: bytes) -> tuple[str, Json]:
    """(type, fields) of a line that is no event.

    Raises:
        Damaged: it does not read.
    """
    value = _object(line)
    kind = value.get("type")
    if not isinstance(kind, str):
        raise Damaged("the line has no type")
    return kind, value


def read_blob(fields: Json) -> tuple[str, str, bytes]:
    """(id, media type, bytes) of a line of large content.

    Raises:
        Damaged: it does not read, or the id is not that of the bytes.
    """
    blob_id, media = fields.get("blob_id"), fields.get("media_type")
    text, base64 = fields.get("text"), fields.get("base64")
    try:
        body = text.encode() if isinstance(text, str) else b64decode(str(base64), validate=True)
    except ValueError as problem:
        raise Damaged("the content does not read") from problem
    if not isinstance(media, str) or blob_id != "blob_" + sha256(body).hexdigest():
        raise Damaged(f"the content {str(blob_id)[:80]} is not what was exported")
    return str(blob_id), media, body


def read_raw(fields: Json) -> tuple[int, bytes]:
    """(number, bytes) of a raw source record.

    Raises:
        Damaged: it does not read.
    """
    number, text = fields.get("n"), fields.get("record")
    if not isinstance(number, int) or number < 0 or not isinstance(text, str) or "\n" in text:
        raise Damaged("a raw record does not read")
    return number, text.encode()


def read_usage(value: Any) -> Json:
    """A ledger row of an erased event, its columns by name.

    Raises:
        Damaged: it does not read.
    """
    row = _mapping(value)
    texts = {n: row.get(n) for n in _USAGE_TEXTS}
    numbers = {n: row.get(n) for n in _USAGE_NUMBERS}
    maybe = {n: row.get(n) for n in _USAGE_MAYBE}
    if (
        not all(isinstance(v, str) and "\0" not in v for v in texts.values())
        or not all(_is_whole(v) for v in numbers.values())
        or not all(v is None or (isinstance(v, str) and "\0" not in v) for v in maybe.values())
        or not ids.is_id("sevt", str(row.get("event_id")))
        or not (row.get("cost_micros") is None or _is_whole(row["cost_micros"]))
    ):
        raise Damaged("a ledger row does not read")
    return {**texts, **numbers, **maybe, "cost_micros": row.get("cost_micros")}


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53


_USAGE_TEXTS = (
    "event_id",
    "source",
    "wallet",
    "currency",
    "price_source",
    "usage_source",
    "rate_card_version",
)
_USAGE_NUMBERS = (
    "segment",
    "input_uncached",
    "cache_read",
    "cache_write_5m",
    "cache_write_1h",
    "output",
    "units",
    "ao_milli",
    "at",
)
_USAGE_MAYBE = ("turn_id", "model", "connector", "tool")


def _entry(value: Any) -> Entry:
    fields = _mapping(value)
    head = _mapping(fields.get("head"))
    session_id, key = fields.get("id"), fields.get("key")
    seq, digest, signature = head.get("seq"), head.get("hash"), head.get("signature")
    if (
        not isinstance(session_id, str)
        or not ids.is_id("sesn", session_id)
        or not isinstance(key, str)
        or not isinstance(seq, int)
        or not isinstance(digest, str)
        or not isinstance(signature, str)
    ):
        raise Damaged("a session of the header does not read")
    sources, waits = _pairs(fields.get("sources")), _pairs(fields.get("waits"))
    return Entry(session_id, key, Head(seq, digest, signature), sources, waits)


def _pairs(value: Any) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for pair in cast("list[Any]", value) if isinstance(value, list) else []:
        fields = _mapping(pair)
        name, external_id = fields.get("format"), fields.get("external_id")
        if not isinstance(name, str) or not isinstance(external_id, str):
            raise Damaged("a source of the header does not read")
        found.append((name, external_id))
    return tuple(found)


def _mapping(value: Any) -> Json:
    return cast(Json, value) if isinstance(value, dict) else {}


def _maybe_texts(*values: Any) -> bool:
    return all(value is None or isinstance(value, str) for value in values)


def _object(line: bytes) -> Json:
    try:
        value: Any = orjson.loads(line)
    except ValueError as problem:
        raise Damaged(f"the line is not JSON: {problem}") from problem
    if not isinstance(value, dict):
        raise Damaged("the line is not a JSON object")
    return cast(Json, value)


def _time(spelled: bytes) -> int:
    return instant.from_wire(spelled.decode())


_NOBODY = Actor("system")
