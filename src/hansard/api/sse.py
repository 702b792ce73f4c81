"""Streams: the log's tail as server-sent events (architecture.md section 10, Streams)."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from operator import itemgetter
from time import monotonic

import orjson
from starlette.responses import StreamingResponse

from hansard.api.rooms import Caller, Rooms
from hansard.domain import codec
from hansard.journal import tail
from hansard.journal.read import Line, Place
from hansard.journal.tail import Bell
from hansard.lens import feed

_HEARTBEAT = b": heartbeat\n\n"
_COALESCE_S = 0.1
_TICK_S = 1.0
_SHARED_TICK_S = 2.0
"""A waiting stream looks this often whether the server stops or its credential ended; where
several processes write it also reads then, so less often."""
_RECHECK_S = 2.0
"""A revoked key ends its streams within five seconds (reliability.md 0.9)."""
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
    watch = _Watch(parts, who)
    start = seq if after is None else after
    if await watch.is_over():
        return
    lines = tail.session(parts.store, who.workspace_id, at, start, watch.tick)
    async with aclosing(lines):
        async for line in lines:
            if await watch.is_over():
                return
            if line is not None and wanted.accepts(line.type):
                watch.spoke()
                yield frame(line.type, line.body, line.seq)
            elif watch.is_quiet():
                yield _HEARTBEAT
            if line is not None and line.type == "session.deleted":
                return


async def workspace(
    parts: Rooms, who: Caller, lists: bool, sids: dict[int, str], after: int | None
) -> AsyncGenerator[bytes]:
    """The list's changed rows and chosen sessions' events, by one cursor.

    It goes in rounds, each up to the cursor that was newest when it began: there a row has
    one place, so it comes once a round, and rounds are a tenth of a second apart.

    Args:
        lists: send the rows of the list.
        sids: sessions whose events are sent.
    """
    store, where = parts.store, who.workspace_id
    top = await asyncio.to_thread(tail.top, store, where)
    cursor = top if after is None else after
    if cursor > top:
        yield resync("unknown_cursor", top)
        cursor = top
    yield b": connected\n\n"
    watch = _Watch(parts, who)
    with Bell(store, where) as bell:
        while not await watch.is_over():
            bell.take()
            top = await asyncio.to_thread(tail.top, store, where)
            while cursor < top and not await watch.is_over():
                read_round = _Round(parts, where, lists, sids, top)
                frames, cursor = await asyncio.to_thread(read_round.after, cursor)
                for item in frames:
                    watch.spoke()
                    yield item
            await asyncio.sleep(_COALESCE_S)
            await bell.wait(watch.tick)
            if watch.is_quiet():
                yield _HEARTBEAT


class _Watch:
    """Whether an open stream may go on, and when it last said something."""

    def __init__(self, parts: Rooms, who: Caller) -> None:
        self._parts = parts
        self._who = who
        self._works = True
        self._checked = self._spoken = monotonic()
        self.tick = min(_TICK_S if parts.store.exclusive else _SHARED_TICK_S, parts.heartbeat)

    async def is_over(self) -> bool:
        """The server stops, or the credential does not work any more."""
        if self._works and monotonic() - self._checked >= _RECHECK_S:
            self._checked = monotonic()
            self._works = await asyncio.to_thread(self._who.again)
        return self._parts.stopping[0] or not self._works

    def spoke(self) -> None:
        """Something was sent."""
        self._spoken = monotonic()

    def is_quiet(self) -> bool:
        """Nothing was sent for the time of a heartbeat; from now on it was."""
        quiet = monotonic() - self._spoken >= self._parts.heartbeat
        if quiet:
            self.spoke()
        return quiet


@dataclass(frozen=True, slots=True)
class _Round:
    """One reading of rows and events up to `top`.

    Rows and events are read one after the other, and more may be committed in between: what
    lies above `top` is left for the next round, or a row that moved meanwhile would be passed.
    """

    parts: Rooms
    where: str
    lists: bool
    sids: dict[int, str]
    top: int

    def after(self, cursor: int) -> tuple[list[bytes], int]:
        """Frames after a cursor in the order of `pos`, and the cursor behind them.

        A row stands at the `pos` of its newest event: it goes first and leaves the id to the
        event, so a reader that was cut off between them misses neither.
        """
        pieces: list[tuple[int, str, bytes]] = []
        end = self.top
        if self.lists:
            rows = feed.patches(self.parts.store, self.where, cursor)
            pieces += [(p.pos, "session.row", _row(p)) for p in rows]
            if len(rows) == feed.BATCH:
                end = min(end, rows[-1].pos)
        if self.sids:
            lines: list[Line] = tail.workspace(self.parts.store, self.where, cursor, self.sids)
            pieces += [(n.pos, n.type, n.body) for n in lines]
            if len(lines) == tail.BATCH:
                end = min(end, lines[-1].pos)
        ordered = sorted((p for p in pieces if p[0] <= end), key=itemgetter(0))
        following = [pos for pos, _, _ in ordered[1:]] + [None]
        return [
            frame(event, data, None if pos == later else pos)
            for (pos, event, data), later in zip(ordered, following, strict=False)
        ], end


def _row(patch: feed.Patch) -> bytes:
    if patch.row is None:
        gone = {"type": "session.row", "op": "remove", "pos": patch.pos, "id": patch.session_id}
        return orjson.dumps(gone)
    return b'{"type":"session.row","op":"upsert","pos":%d,"row":%b}' % (patch.pos, patch.row)
