"""Connections: one that says nothing, or takes nothing, is not kept (reliability.md 2)."""

import asyncio
import logging
import resource
from dataclasses import dataclass
from typing import Any, ClassVar

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from hansard.api.auth import is_local

_LOG = logging.getLogger(__name__)
_KEEP_ALIVE_S = 15
_MAX_HEAD = 128 * 1024
_FILES = 65_536
_OURS = 128
"""File handles that are left for the database, the imports and the log."""
_SAY_EVERY_S = 60.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many connections there may be, and how long one may be idle.

    Attributes:
        most: connections in all; beyond it the one that is idle longest is closed.
        per_address: connections of one address beyond this machine; 0 sets no bound.
        head_seconds: how long the head of a request may take to arrive.
        stall_seconds: how long a client may take nothing of what it is sent.
    """

    most: int = 1_000
    per_address: int = 200
    head_seconds: float = 10.0
    stall_seconds: float = 60.0


def within_files(bounds: Bounds) -> Bounds:
    """Bounds that the process has file handles for; raises its limit as far as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    room = bounds.most if soft == resource.RLIM_INFINITY else max(soft - _OURS, soft // 2)
    return Bounds(
        min(bounds.most, room), bounds.per_address, bounds.head_seconds, bounds.stall_seconds
    )


def config(app: Any, host: str, port: int, log_level: str, bounds: Bounds) -> uvicorn.Config:
    """How the application is served."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level=log_level,
        http=type("Bounded", (Connection,), {"bounds": bounds}),
        ws="none",
        access_log=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=3,
        proxy_headers=False,
    )


class Connection(HttpToolsProtocol):
    """One client's connection, which uvicorn alone would wait on for ever."""

    bounds: ClassVar[Bounds]
    _said_at: ClassVar[float] = float("-inf")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._timer: asyncio.TimerHandle | None = None
        self._stall: asyncio.TimerHandle | None = None
        self._in_head = False
        self._head = 0
        self._idle_since = 0.0

    @property
    def is_idle(self) -> bool:
        """No request is being answered."""
        return not self.cycle or (self.cycle.response_complete and not self.pipeline)

    # Uvicorn narrows the parameter of asyncio's protocol in the same way.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a client, or turn it away."""
        super().connection_made(transport)
        self._idle_since = self.loop.time()
        if self._is_one_too_many():
            transport.abort()
            return
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client."""
        self._timer, self._stall = _stopped(self._timer), _stopped(self._stall)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; a head that does not end is not waited for."""
        super().data_received(data)
        if self.transport.is_closing():
            return
        self._head += len(data) if self._in_head else 0
        if self._head > _MAX_HEAD:
            self.transport.abort()
        elif not self.is_idle:
            self._timer = _stopped(self._timer)
        elif self._timer is None:
            self._wait_for_head()

    def on_message_begin(self) -> None:
        """A head begins."""
        self._in_head, self._head = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._in_head, self._head = False, 0
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """The client may ask for more; one that is to close has to take what is left."""
        self._idle_since = self.loop.time()
        if self.transport.is_closing():
            self._watch_stall()
        super().on_response_complete()

    def timeout_keep_alive_handler(self) -> None:
        """Nothing more was asked for."""
        self._close()

    def pause_writing(self) -> None:
        """The client is slow to take what it is sent."""
        super().pause_writing()
        self._watch_stall()

    def resume_writing(self) -> None:
        """It takes again."""
        self._stall = _stopped(self._stall)
        super().resume_writing()

    def _wait_for_head(self) -> None:
        self._timer = self.loop.call_later(self.bounds.head_seconds, self._close)

    def _watch_stall(self) -> None:
        if self._stall is None:
            self._stall = self.loop.call_later(self.bounds.stall_seconds, self.transport.abort)

    def _close(self) -> None:
        """Hang up; what the client did not take by now is dropped."""
        self._timer = _stopped(self._timer)
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.transport.close()

    def _is_one_too_many(self) -> bool:
        others: list[Any] = [
            c for c in self.connections if c is not self and not c.transport.is_closing()
        ]
        bounds, here = self.bounds, self.client[0] if self.client else ""
        if bounds.per_address and here and not is_local(here):
            mine = sum(1 for c in others if c.client and c.client[0] == here)
            if mine >= bounds.per_address:
                self._say(f"{here} has {mine} connections open: one more was refused")
                return True
        if len(others) < bounds.most:
            return False
        idle: list[Connection] = [c for c in others if c.is_idle]
        if not idle:
            self._say(f"{len(others)} connections are open: one more was refused")
            return True
        # Those that never asked for anything go first, then those that wait longest.
        min(idle, key=lambda c: (bool(c.cycle), c._idle_since)).transport.abort()
        return False

    def _say(self, text: str) -> None:
        now = self.loop.time()
        if now - Connection._said_at >= _SAY_EVERY_S:
            Connection._said_at = now
            _LOG.warning(text)


def _stopped(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
