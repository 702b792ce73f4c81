"""A POST takes effect once: by its Idempotency-Key, or as a stock client's retry (P4)."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass

from fastapi import Request, Response

from hansard.api.errors import InFlight
from hansard.api.rooms import Caller, Rooms
from hansard.domain import instant
from hansard.domain.errors import Conflict, HansardError, InvalidRequest, Unprocessable
from hansard.journal.change import Also, Appended
from hansard.store import idempotency
from hansard.store.base import Tx
from hansard.store.idempotency import Answer

KEPT_MS = 72 * instant.HOUR
_RETRY_MS = 15 * instant.MINUTE
_ABANDONED_MS = instant.MINUTE
"""A request that is in flight for longer lost its process: a copy may take its place."""
_MAX_KEY = 255
_WAIT_S = 30.0
_POLL_S = 0.05
_KEY_HEADER = "idempotency-key"
_RETRY_HEADER = "x-stainless-retry-count"
_JSON = "application/json"


async def once(
    request: Request, parts: Rooms, who: Caller, act: "Callable[[Once], Awaitable[bytes]]"
) -> Response:
    """Answer a POST: run it, or give the answer of an earlier copy of it.

    Args:
        act: makes the change and gives the answer's body; it keeps the answer in the
            transaction of the change by `Once.keep` or `Once.keep_in`.

    Raises:
        InFlight: the earlier copy still runs.
        Unprocessable: the key came with another body.
        HansardError: the change was refused; the key is free again.
    """
    return await once_as(await Once.of(request, parts, who), act)


async def once_as(mine: "Once", act: "Callable[[Once], Awaitable[bytes]]") -> Response:
    """`once` for a request whose idempotency is known."""
    replayed = await mine.replay()
    if replayed is not None:
        return replayed
    try:
        body = await act(mine)
    except BaseException as problem:
        freed = mine.give_up()
        if isinstance(problem, HansardError) and freed is not None:
            await asyncio.wrap_future(freed)
        raise
    return Response(body, 200, None, _JSON)


def refuse_key(request: Request) -> None:
    """Refuse an Idempotency-Key where an answer holds a secret, which is never kept.

    Raises:
        InvalidRequest: the request has one.
    """
    if _KEY_HEADER in request.headers:
        raise InvalidRequest("this answer holds a secret, shown once: send no Idempotency-Key")


@dataclass(slots=True)
class Once:
    """The idempotency of one request.

    Without a key and without a retry count nothing is kept. With one, the answer is kept in
    the transaction of the change, so that a lost response can be asked for again.

    Attributes:
        body: the answer, as it was when the change was committed.
        began: when this request took the key.
    """

    parts: Rooms
    who: Caller
    key: str | None
    attempt: int
    request_hash: bytes
    body: bytes = b""
    began: int = 0

    @classmethod
    async def of(
        cls, request: Request, parts: Rooms, who: Caller, body: bytes | None = None
    ) -> "Once":
        """Read a request's key.

        Args:
            body: what stands for the body of a request that is not held in memory.

        Raises:
            InvalidRequest: the key is empty or longer than 255 characters.
        """
        if body is None:
            body = await request.body()
        digest = hashlib.sha256(request.url.path.encode() + b"\n" + body).digest()
        key = request.headers.get(_KEY_HEADER)
        if key is not None and not 1 <= len(key) <= _MAX_KEY:
            raise InvalidRequest(f"Idempotency-Key: 1 to {_MAX_KEY} characters")
        count = request.headers.get(_RETRY_HEADER, "")
        if key is None and count.isascii() and count.isdecimal() and len(count) < 4:
            return cls(parts, who, f"retry:{digest.hex()}", int(count), digest)
        if key is None:
            return cls(parts, who, None, 0, digest)
        # What a caller puts into a key may be anything, a secret too: only its hash is kept.
        named = hashlib.sha256(key.encode("latin-1", "replace")).hexdigest()
        return cls(parts, who, f"key:{named}", 0, digest)

    async def replay(self) -> Response | None:
        """The answer of an earlier copy of this request; None when this is the first.

        A stock client's retry waits for a copy in flight; a request with a key is refused.
        """
        if self.key is None:
            return None
        waited = 0.0
        while True:
            found = await self.parts.store.write(self._begin)
            if found is None:
                return None
            if found.state == "done":
                headers = {"idempotent-replayed": "true"}
                return Response(found.response, found.status or 200, headers, _JSON)
            if not self._is_retry or waited >= _WAIT_S:
                raise InFlight("an earlier copy of this request is still in flight")
            await asyncio.sleep(_POLL_S)
            waited += _POLL_S

    def keep(self, render: Callable[[Appended], bytes]) -> tuple[Also, ...]:
        """An `also` that renders the answer and keeps it with the change.

        The session behind it moves on after the commit: what is answered is what is kept.
        """

        def run(tx: Tx, done: Appended) -> None:
            self.keep_in(tx, render(done), done.session.id)

        return (run,)

    def keep_in(self, tx: Tx, body: bytes, session_id: str | None = None) -> None:
        """Keep the answer in an open transaction.

        Raises:
            Conflict: this request took so long that a copy took its place; the transaction
                must not happen.
        """
        self.body = body
        if self.key is None:
            return
        where, who = self.who.workspace_id, self.who.principal
        found = idempotency.find(tx, where, who, self.key)
        if self._holds(found):
            idempotency.done(tx, where, who, self.key, body, session_id)
        elif found is None or not self._is_retry or found.attempt > self.attempt:
            raise Conflict("this request took too long and was repeated meanwhile")

    def give_up(self) -> "Future[None] | None":
        """This request failed: its key may be used again, unless the change happened after all."""
        if self.key is None:
            return None
        where, who, key = self.who.workspace_id, self.who.principal, self.key

        def job(tx: Tx) -> None:
            found = idempotency.find(tx, where, who, key)
            if self._holds(found):
                idempotency.forget(tx, where, who, key)

        return self.parts.store.submit(job)

    @property
    def _is_retry(self) -> bool:
        return self.key is not None and self.key.startswith("retry:")

    def _holds(self, found: Answer | None) -> bool:
        mine = (self.began, self.attempt, "in_flight")
        return found is not None and (found.created_at, found.attempt, found.state) == mine

    def _begin(self, tx: Tx) -> Answer | None:
        where, who, key = self.who.workspace_id, self.who.principal, self.key or ""
        now = self.parts.clock()
        found = idempotency.find(tx, where, who, key)
        if found is not None and self._still_counts(found, now):
            if found.request_hash != self.request_hash:
                raise Unprocessable("this Idempotency-Key came with another body before")
            if found.state == "done" or now - found.created_at <= _ABANDONED_MS:
                return found
        idempotency.begin(tx, where, who, key, self.request_hash, self.attempt, now)
        self.began = now
        return None

    def _still_counts(self, found: Answer, now: int) -> bool:
        if self._is_retry:
            return self.attempt > found.attempt and now - found.created_at <= _RETRY_MS
        return now - found.created_at <= KEPT_MS
