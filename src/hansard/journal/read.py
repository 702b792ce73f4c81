"""Reading the log: pages of events as bytes, one event, raw source records."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import zstandard

from hansard.domain import ids
from hansard.domain.actor import Actor
from hansard.domain.draft import Json
from hansard.domain.errors import NotFound
from hansard.domain.events.base import Event
from hansard.journal import chain
from hansard.store import blobs, event_log, sessions
from hansard.store.base import Store
from hansard.store.event_log import Stored


@dataclass(frozen=True, slots=True)
class Place:
    """Where a session lies in the store, and its row."""

    session_id: str
    sid: int
    shelf: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Line:
    """An event as the API gives it, with its place."""

    seq: int
    pos: int
    type: str
    body: bytes


def place(store: Store, workspace_id: str, session_id: str) -> Place:
    """Find a session that was not deleted.

    Raises:
        NotFound: there is none, here.
    """
    found = store.read(lambda c: sessions.one(c, workspace_id, session_id))
    if found is None or found[1] == sessions.DELETED:
        raise NotFound(f"there is no session {session_id}")
    return Place(session_id, *found)


def agent(store: Store, workspace_id: str, at: Place) -> Json:
    """The agent of a session as its log tells it, with what is this session's alone.

    Raises:
        NotFound: the session went meanwhile.
    """
    rows = store.read(lambda c: sessions.heads(c, workspace_id, [at.session_id]))
    if not rows:
        raise NotFound(f"there is no session {at.session_id}")
    shown: Json = orjson.loads(at.body)["agent"]
    hidden: Json = orjson.loads(rows[0].fold)
    return {**shown, **(hidden.get("agent") or {})}


def page(
    store: Store,
    workspace_id: str,
    at: Place,
    *,
    after: int | None = None,
    before: int | None = None,
    types: Sequence[str] | None = None,
    created: Sequence[tuple[str, int]] = (),
    descending: bool = False,
    limit: int = 1000,
    offset: int = 0,
) -> list[Line]:
    """Events of a session in the order of `seq`, as bytes with the payload untouched."""
    rows = store.read(
        lambda c: event_log.of_session(
            c,
            workspace_id,
            at.sid,
            after=after,
            before=before,
            types=types,
            created=created,
            descending=descending,
            limit=limit,
            offset=offset,
        )
    )
    return [line(row, at.session_id) for row in rows]


def answer(
    store: Store, workspace_id: str, at: Place, *, limit: int, descending: bool, **asked: Any
) -> tuple[list[Line], bool]:
    """A page that is an answer: at most `limit` events and about 8 MiB, and whether there are more.

    Args:
        asked: what else `page` takes, bounds and filters.
    """
    lines: list[Line] = []
    size = 0
    while True:
        want = min(_ANSWER_STEP, limit - len(lines))
        found = page(store, workspace_id, at, limit=want + 1, descending=descending, **asked)
        for one in found[:want]:
            lines.append(one)
            size += len(one.body)
            if size >= _ANSWER_BYTES:
                break
        more = bool(found) and found[-1].seq != lines[-1].seq
        if not more or len(lines) == limit or size >= _ANSWER_BYTES:
            return lines, more
        asked["before" if descending else "after"] = lines[-1].seq


def count(store: Store, workspace_id: str, at: Place, types: Sequence[str], after: int) -> int:
    """How many events of some types a session has after a seq."""
    return store.read(lambda c: event_log.count(c, workspace_id, at.sid, types, after))


def events(
    store: Store, workspace_id: str, at: Place, *, after: int = 0, before: int | None = None
) -> Iterator[Event]:
    """Events of a session between cursors (exclusive), oldest first, never all in memory.

    One whose payload does not read comes without it, and hides nothing else.
    """
    cursor = after
    while rows := store.read(
        lambda c, a=cursor: event_log.of_session(
            c, workspace_id, at.sid, after=a, before=before, limit=_BATCH
        )
    ):
        yield from (_readable(stored, at.session_id) for stored in rows)
        cursor = rows[-1].seq


def some(store: Store, workspace_id: str, event_ids: Sequence[str]) -> list[Event]:
    """Events of a workspace by their ids, those that exist."""
    raw = [ids.to_bytes(event_id) for event_id in event_ids if ids.is_id("sevt", event_id)]
    found = (store.read(lambda c, r=r: event_log.by_id(c, workspace_id, r)) for r in raw)
    return [_readable(stored, "") for stored in found if stored is not None]


def _readable(stored: Stored, session_id: str) -> Event:
    try:
        return event(stored, session_id)
    except ValueError:
        return envelope(stored, session_id)


def known(store: Store, workspace_id: str, event_ids: Sequence[str]) -> dict[str, str]:
    """Which of these events exist: event id → the session that holds it."""
    raw = [ids.to_bytes(event_id) for event_id in event_ids]
    found = store.read(lambda c: event_log.known(c, workspace_id, raw))
    return {ids.from_bytes("sevt", key): holder for key, (holder, _) in found.items()}


def line(stored: Stored, session_id: str) -> Line:
    """A stored event as bytes; one corrupt payload is flagged and hides nothing else."""
    payload = stored.payload if stored.payload is not None else b'{"erased":true}'
    head = envelope(stored, session_id)
    body = chain.wire(head, stored.actor.encode(), payload)
    try:
        orjson.loads(body)
    except ValueError:
        body = chain.wire(head, chain.actor_bytes(head), b'{"corrupt":true}')
    return Line(stored.seq, stored.pos, stored.type, body)


def event(stored: Stored, session_id: str) -> Event:
    """A stored event with its payload decoded.

    Raises:
        ValueError: the payload is not JSON.
    """
    found = envelope(stored, session_id)
    found.actor = Actor(**orjson.loads(stored.actor))
    found.payload = {} if stored.payload is None else orjson.loads(stored.payload)
    return found


def raw_records(
    store: Store, workspace_id: str, at: Place, numbers: Sequence[int]
) -> dict[int, str]:
    """Raw source records by number, redacted as they were kept."""
    if not numbers:
        return {}
    low, high = min(numbers), max(numbers)
    wanted = set(numbers)
    found: dict[int, str] = {}
    for first, _, body in store.read(lambda c: blobs.blocks(c, workspace_id, at.sid, low, high)):
        for offset, raw in enumerate(unpack(body)):
            if first + offset in wanted:
                found[first + offset] = raw.decode("utf-8", "replace")
    return found


def unpack(body: bytes) -> list[bytes]:
    """The records of a compressed block."""
    return zstandard.ZstdDecompressor().decompress(body).split(b"\n")


def pack(records: Sequence[bytes]) -> bytes:
    """A compressed block of records; no record holds a newline (zstd level 3, kernel.md 6)."""
    return zstandard.ZstdCompressor(level=3).compress(b"\n".join(records))


def envelope(stored: Stored, session_id: str) -> Event:
    """A stored event without its actor and payload, which lie as bytes."""
    return Event(
        id=ids.from_bytes("sevt", stored.id),
        type=stored.type,
        session_id=session_id,
        session_thread_id=stored.thread,
        seq=stored.seq,
        pos=stored.pos,
        segment=stored.segment,
        turn_id=None if stored.turn is None else ids.from_bytes("turn", stored.turn),
        v=stored.v,
        actor=_NOBODY,
        created_at=stored.created_at,
        recorded_at=stored.recorded_at,
        processed_at=stored.processed_at,
        hash=stored.hash.hex(),
        payload={},
    )


_BATCH = 500
_ANSWER_BYTES, _ANSWER_STEP = 8 << 20, 100
"""Of an answer: it ends with the event that passes so many bytes; events read at once."""
_NOBODY = Actor("system")
