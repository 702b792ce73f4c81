"""Follow the log from a cursor and wait for news: no gap, no duplicate (P12)."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from typing import TypeVar

from hansard.journal import read
from hansard.journal.read import Line, Place
from hansard.store import event_log
from hansard.store.base import Store
from hansard.store.notify import Frame, Wake

T = TypeVar("T")
BATCH = 500
_BUFFER = 2_000
_BUFFER_BYTES = 1 << 20


class Bell:
    """Wake-ups of one workspace for one reader on an event loop; bounded.

    Use as a context manager.

    Args:
        session_id: ring for this session alone.
    """

    def __init__(self, store: Store, workspace_id: str, session_id: str | None = None) -> None:
        self._store = store
        self._workspace_id = workspace_id
        self._session_id = session_id
        self._loop = asyncio.get_running_loop()
        self._rang = False
        self._waiter: asyncio.Future[None] | None = None
        self._wakes: deque[Wake] = deque()
        self._bytes = 0
        self._lost = False
        self._leave: Callable[[], None] = lambda: None

    def __enter__(self) -> "Bell":
        self._leave = self._store.notify.subscribe(self._workspace_id, self._keep, self._loop)
        return self

    def __exit__(self, *_: object) -> None:
        self._leave()

    async def wait(self, seconds: float) -> bool:
        """Wait for a wake-up; False when none came in time.

        A bare future and a timer: `wait_for` would make a task for each of many streams.
        """
        if not self._rang:
            waiter = self._waiter = self._loop.create_future()
            timer = self._loop.call_later(seconds, self._ring)
            try:
                await waiter
            finally:
                timer.cancel()
                self._waiter = None
        rang, self._rang = self._rang, False
        return rang

    def take(self) -> list[Wake] | None:
        """The wake-ups since the last call; None when some were dropped: read the store."""
        wakes, self._wakes = list(self._wakes), deque()
        lost, self._lost, self._bytes = self._lost, False, 0
        return None if lost else wakes

    def _keep(self, wake: Wake) -> None:
        if self._session_id and wake.sessions and self._session_id not in wake.sessions:
            return
        self._bytes += sum(len(frame.body) for frame in wake.frames)
        if len(self._wakes) >= _BUFFER or self._bytes > _BUFFER_BYTES:
            self._lost = True
            self._wakes.clear()
        else:
            self._wakes.append(wake)
        self._rang = True
        self._ring()

    def _ring(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


async def session(
    store: Store, workspace_id: str, at: Place, after: int, heartbeat: float
) -> AsyncGenerator[Line | None]:
    """Events of a session after `seq`, for ever; None when `heartbeat` seconds were quiet.

    What a wake-up carries is taken from it when it continues the cursor exactly; anything
    else is read from the store, so a lost or reordered wake-up loses nothing.
    """
    cursor = after
    with Bell(store, workspace_id, at.session_id) as bell:
        behind = True
        while True:
            while behind:
                lines = await asyncio.to_thread(_after, store, workspace_id, at, cursor)
                for line in lines:
                    yield line
                    cursor = line.seq
                behind = len(lines) == BATCH
            if not await bell.wait(heartbeat):
                yield None
                behind = not store.exclusive
                continue
            wakes = bell.take()
            behind = wakes is None or any(not wake.pos for wake in wakes)
            for frame in _frames(wakes or [], at.session_id):
                if frame.seq == cursor + 1:
                    cursor = frame.seq
                    yield Line(frame.seq, frame.pos, frame.type, frame.body)
                elif frame.seq > cursor:
                    behind = True


def _frames(wakes: list[Wake], session_id: str) -> list[Frame]:
    return [f for wake in wakes for f in wake.frames if f.session_id == session_id]


def _after(store: Store, workspace_id: str, at: Place, cursor: int) -> list[Line]:
    return read.page(store, workspace_id, at, after=cursor, limit=BATCH)


def workspace(
    store: Store, workspace_id: str, pos: int, sids: dict[int, str], limit: int = BATCH
) -> list[Line]:
    """Events after a workspace cursor; of the given sessions (sid → id) when there are any."""
    rows = store.read(lambda c: event_log.after_pos(c, workspace_id, pos, limit, tuple(sids)))
    return [read.line(row, row.session_id) for row in rows]


def top(store: Store, workspace_id: str) -> int:
    """The newest cursor of a workspace."""
    return store.read(lambda c: event_log.top_pos(c, workspace_id))
