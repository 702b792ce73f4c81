"""One writer thread: what queued while the last commit ran becomes the next transaction."""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from hansard.domain.errors import HansardError, Overloaded
from hansard.store.base import Keys, Tx

_LOG = logging.getLogger(__name__)
_GROUP = 256
_EVENTS = 4_096
_TRIES = 4
_AGAIN_S = 0.5


@dataclass(slots=True)
class Outcome:
    """What became of a job: a result, or an error."""

    result: Any = None
    error: BaseException | None = None


@dataclass(slots=True)
class Ticket:
    """A queued job and where its outcome goes."""

    job: Callable[[Tx], Any]
    size: int
    keys: Keys
    future: "Future[Any] | asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop | None


class Writer:
    """Runs jobs in grouped transactions (kernel.md: group commit, at most 256 jobs).

    Args:
        begin: opens a transaction and gives its Tx; leaving it commits, an error rolls back.
        idle: called when nothing is queued, for example to checkpoint; says whether it is done.
        collided: whether an error came from another process at the same moment, so that the
            same job may succeed when it runs again.
    """

    def __init__(
        self,
        begin: Callable[[], AbstractContextManager[Tx]],
        idle: Callable[[], bool],
        collided: Callable[[BaseException], bool],
    ) -> None:
        self._begin = begin
        self._idle = idle
        self._collided = collided
        self._queue: deque[Ticket] = deque()
        self._ready = threading.Condition()
        self._closed = False
        self.groups = 0
        self.jobs = 0
        self._thread = threading.Thread(target=self._run, name="hansard-writer", daemon=True)
        self._thread.start()

    def put(self, ticket: Ticket) -> None:
        """Queue a job.

        Raises:
            Overloaded: the store is closing.
        """
        with self._ready:
            if self._closed:
                raise Overloaded("the store is closing")
            self._queue.append(ticket)
            self._ready.notify()

    def close(self) -> None:
        """Run what is queued, then stop."""
        with self._ready:
            self._closed = True
            self._ready.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            group = self._next_group()
            if not group:
                return
            self.groups += 1
            self.jobs += len(group)
            try:
                outcomes = self._together(group)
            except BaseException as problem:
                _LOG.exception("the writer met an error it does not know")
                outcomes = [Outcome(error=problem) for _ in group]
            _resolve(group, outcomes)

    def _next_group(self) -> list[Ticket]:
        with self._ready:
            if not self._queue and not self._closed:
                self._ready.wait(0.05)
            while not self._queue and not self._closed:
                done = self._upkeep()
                if not self._queue and not self._closed:  # nothing came meanwhile
                    self._ready.wait(None if done else _AGAIN_S)
            group: list[Ticket] = []
            events = 0
            while self._queue and len(group) < _GROUP and events < _EVENTS:
                group.append(self._queue.popleft())
                events += group[-1].size
            return group

    def _upkeep(self) -> bool:
        """What is done between writes; whether all of it is. The queue is let go meanwhile."""
        self._ready.release()
        try:
            return self._idle()
        except Exception:
            _LOG.exception("upkeep between writes failed; it is tried again later")
            return True
        finally:
            self._ready.acquire()

    def _together(self, group: list[Ticket], tries: int = _TRIES) -> list[Outcome]:
        """All jobs in one transaction; if one breaks after writing, each in its own.

        A commit that failed is not tried again: with a lost connection it may have happened.
        """
        tx: Tx | None = None
        committing = False
        try:
            with self._begin() as tx:
                tx.keys = [key for ticket in group for key in ticket.keys]
                outcomes = [_attempt(tx, ticket) for ticket in group]
                for part in tx.parts.values():
                    part.flush(tx)
                committing = True
        except BaseException as problem:
            if tx is not None:
                _undo(tx)
            if committing:
                return [Outcome(error=problem) for _ in group]
            if len(group) > 1:
                return [self._together([ticket])[0] for ticket in group]
            if tries > 1 and self._collided(problem):
                return self._together(group, tries - 1)
            return [Outcome(error=problem)]
        _tell(tx)
        return outcomes


def _attempt(tx: Tx, ticket: Ticket) -> Outcome:
    """Run one job; a refusal before its first write is its own affair."""
    before = tx.writes
    try:
        return Outcome(result=ticket.job(tx))
    except HansardError as refusal:
        if tx.writes != before:
            raise
        return Outcome(error=refusal)


def _undo(tx: Tx) -> None:
    for part in tx.parts.values():
        part.rolled_back()


def _tell(tx: Tx) -> None:
    """What is durable is acknowledged, whatever becomes of the news about it."""
    for part in tx.parts.values():
        try:
            part.committed()
        except Exception:
            _LOG.exception("a commit could not be announced")


def _resolve(group: list[Ticket], outcomes: list[Outcome]) -> None:
    """Hand out the outcomes: one call into each event loop, not one a job."""
    waiting: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Outcome]]] = {}
    for ticket, outcome in zip(group, outcomes, strict=True):
        if isinstance(ticket.future, Future):
            _set(ticket.future, outcome)
        elif ticket.loop is not None:
            waiting.setdefault(ticket.loop, []).append((ticket.future, outcome))
    for loop, pairs in waiting.items():
        try:
            loop.call_soon_threadsafe(_set_all, pairs)
        except RuntimeError:
            _LOG.debug("a loop closed before its commit was acknowledged")


def _set_all(pairs: "list[tuple[asyncio.Future[Any], Outcome]]") -> None:
    for future, outcome in pairs:
        _set(future, outcome)


def _set(future: "Future[Any] | asyncio.Future[Any]", outcome: Outcome) -> None:
    if future.done():
        return
    if outcome.error is not None:
        future.set_exception(outcome.error)
    else:
        future.set_result(outcome.result)
