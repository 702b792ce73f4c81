"""Streams: the log's tail as server-sent events (architecture.md section 10, Streams)."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass, field
from time import monotonic

import orjson
from starlette.responses import StreamingResponse

from hansard.api.rooms import Caller, Rooms
from hansard.domain import codec
from hansard.journal import read, tail
from hansard.journal.read import Line, Place
from hansard.journal.tail import Bell
from hansard.lens import feed

_HEARTBEAT = b": heartbeat\n\n"
_COALESCE_S = 0.1
_RECHECK_S = 3.0
"""A credential is checked again on open streams: a revoked key ends them (P9 of section 0)."""
_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


def response(frames: AsyncIterator[bytes]) -> StreamingResponse:
    """A stream as a response."""
    return StreamingResponse(frames, 200, _HEADERS, "text/event-stream")


def frame(event: str, data: bytes, cursor: int | None = None) -> bytes:
    """One frame; only durable ones carry an id."""
    place = b"" if cursor is None else b"id: %d\n" % cursor
    return b"event: %b\n%bdata: %b\n\n" % (event.encode(), place, data)


def resync(reason: str, cursor: int) -> bytes:
    """Tell a reader to list again and go on from `cursor`."""
    data = orjson.dumps({"type": "resync", "reason": reason, "cursor": cursor})
    return frame("resync", data)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which event types a reader gets: the protocol's alone, ours too, or some by name."""

    ours: bool = False
    types: frozenset[str] = field(default_factory=frozenset[str])

    def accepts(self, event_type: str) -> bool:
        """Whether a type is sent to this reader."""
        if self.types:
            return event_type in self.types
        return self.ours or is_protocol(event_type)

    def as_types(self) -> Sequence[str] | None:
        """The types for a query; None means all."""
        if self.types:
            return sorted(self.types)
        return None if self.ours else PROTOCOL_TYPES


PROTOCOL_TYPES = sorted(name for name, body in codec.types().items() if body.named_by == "protocol")


def is_protocol(event_type: str) -> bool:
    """Whether the stock client knows a type (wire.md section 1)."""
    return codec.body_class(event_type).named_by == "protocol"


async def session(
    parts: Rooms, who: Caller, at: Place, after: int | None, wanted: Wanted, seq: int
) -> AsyncGenerator[bytes]:
    """A session's events: from a cursor without gap or duplicate, or live from now on."""
    if after is not None and after > seq:
        yield resync("unknown_cursor", seq)
        after = seq
    yield b": connected\n\n"
    lines = tail.session(
        parts.store, who.workspace_id, at, seq if after is None else after, parts.heartbeat
    )
    checked = monotonic()
    async for line in lines:
        if parts.stopping[0]:
            return
        if monotonic() - checked > _RECHECK_S:
            checked = monotonic()
            if not await asyncio.to_thread(who.again):
                return
        if line is None:
            yield _HEARTBEAT
        elif wanted.accepts(line.type):
            yield frame(line.type, line.body, line.seq)
        if line is not None and line.type == "session.deleted":
            return


async def workspace(
    parts: Rooms, who: Caller, topics: Sequence[str], after: int | None
) -> AsyncGenerator[bytes]:
    """The list's changed rows and chosen sessions' events, by one cursor."""
    store, where = parts.store, who.workspace_id
    top = await asyncio.to_thread(tail.top, store, where)
    cursor = top if after is None else after
    if cursor > top:
        yield resync("unknown_cursor", top)
        cursor = top
    yield b": connected\n\n"
    sids = await asyncio.to_thread(_sids, parts, who, topics)
    with Bell(store, where) as bell:
        while not parts.stopping[0]:
            pieces, more = await asyncio.to_thread(_batch, parts, where, topics, sids, cursor)
            for piece in pieces:
                yield piece.frame
                cursor = piece.pos
            if more:
                continue
            await asyncio.sleep(_COALESCE_S)
            if not await bell.wait(parts.heartbeat):
                yield _HEARTBEAT
            bell.take()
            if not await asyncio.to_thread(who.again):
                return


@dataclass(frozen=True, slots=True)
class _Piece:
    pos: int
    frame: bytes


def _batch(
    parts: Rooms, where: str, topics: Sequence[str], sids: dict[int, str], cursor: int
) -> tuple[list[_Piece], bool]:
    """What happened after a cursor, rows and events merged in the order of `pos`; is there more."""
    pieces: list[_Piece] = []
    limits: list[int] = []
    if "sessions" in topics:
        rows = feed.patches(parts.store, where, cursor)
        pieces += [_Piece(p.pos, _row(p)) for p in rows]
        if len(rows) == feed.BATCH:
            limits.append(rows[-1].pos)
    if sids:
        lines: list[Line] = tail.workspace(parts.store, where, cursor, sids)
        pieces += [_Piece(n.pos, frame(n.type, n.body, n.pos)) for n in lines]
        if len(lines) == tail.BATCH:
            limits.append(lines[-1].pos)
    horizon = min(limits) if limits else None
    ordered = sorted(pieces, key=lambda piece: piece.pos)
    return [p for p in ordered if horizon is None or p.pos <= horizon], bool(limits)


def _row(patch: feed.Patch) -> bytes:
    if patch.row is None:
        gone = {"type": "session.row", "op": "remove", "pos": patch.pos, "id": patch.session_id}
        return frame("session.row", orjson.dumps(gone), patch.pos)
    head = b'{"type":"session.row","op":"upsert","pos":%d,"row":' % patch.pos
    return frame("session.row", head + patch.row + b"}", patch.pos)


def _sids(parts: Rooms, who: Caller, topics: Sequence[str]) -> dict[int, str]:
    wanted = [t.removeprefix("session:") for t in topics if t.startswith("session:")]
    places = [read.place(parts.store, who.workspace_id, session_id) for session_id in wanted]
    return {at.sid: at.session_id for at in places}
