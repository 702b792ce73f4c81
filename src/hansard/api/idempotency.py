"""A POST takes effect once: by its Idempotency-Key, or as a stock client's retry (P4)."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request, Response

from hansard.api.rooms import Caller, Rooms
from hansard.domain import instant
from hansard.domain.errors import Conflict, HansardError, InvalidRequest, Unprocessable
from hansard.journal.change import Also, Appended
from hansard.store import idempotency
from hansard.store.base import Tx
from hansard.store.idempotency import Answer

KEPT_MS = 72 * instant.HOUR
_RETRY_MS = 15 * instant.MINUTE
_MAX_KEY = 255
_WAIT_S = 30.0
_POLL_S = 0.05
_RETRY_HEADER = "x-stainless-retry-count"


@dataclass(slots=True)
class Once:
    """The idempotency of one request.

    Without a key and without a retry count it does nothing. With one, the answer is kept in
    the transaction of the change, so that a lost response can be asked for again.
    """

    parts: Rooms
    who: Caller
    key: str | None
    attempt: int
    request_hash: bytes
    kept: bool = False

    @classmethod
    async def of(cls, request: Request, parts: Rooms, who: Caller) -> "Once":
        """Read a request's key.

        Raises:
            InvalidRequest: the key is empty or longer than 255 characters.
        """
        body = await request.body()
        digest = hashlib.sha256(request.url.path.encode() + b"\n" + body).digest()
        key = request.headers.get("idempotency-key")
        if key is not None and not 1 <= len(key) <= _MAX_KEY:
            raise InvalidRequest(f"Idempotency-Key: 1 to {_MAX_KEY} characters")
        count = request.headers.get(_RETRY_HEADER, "")
        if key is None and count.isdigit():
            return cls(parts, who, f"retry:{digest.hex()}", int(count), digest)
        return cls(parts, who, f"key:{key}" if key else None, 0, digest)

    async def replay(self) -> Response | None:
        """The answer of an earlier copy of this request; None when this is the first.

        Raises:
            Conflict: the first copy is still in flight.
            Unprocessable: the key came with another body.
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
                return Response(found.response, found.status or 200, headers, "application/json")
            if not self._is_retry or waited >= _WAIT_S:
                raise Conflict("a request with this Idempotency-Key is still in flight")
            await asyncio.sleep(_POLL_S)
            waited += _POLL_S

    def keep(self, render: Callable[[Appended], bytes], status: int = 200) -> tuple[Also, ...]:
        """An `also` that keeps the answer with the change."""
        if self.key is None:
            return ()

        def run(tx: Tx, done: Appended) -> None:
            self.keep_in(tx, render(done), status)

        return (run,)

    def keep_in(self, tx: Tx, body: bytes, status: int = 200) -> None:
        """Keep the answer in an open transaction."""
        if self.key is None:
            return
        idempotency.done(tx, self.who.workspace_id, self.who.principal, self.key, status, body)
        self.kept = True

    async def give_up(self, problem: HansardError) -> None:
        """The request was refused and changed nothing: the key may be used again."""
        if self.key is not None:
            where, who, key = self.who.workspace_id, self.who.principal, self.key
            await self.parts.store.write(lambda tx: idempotency.forget(tx, where, who, key))

    @property
    def _is_retry(self) -> bool:
        return self.key is not None and self.key.startswith("retry:")

    def _begin(self, tx: Tx) -> Answer | None:
        where, who, key = self.who.workspace_id, self.who.principal, self.key or ""
        now = self.parts.clock()
        found = idempotency.find(tx, where, who, key)
        if found is not None and self._still_counts(found, now):
            if found.request_hash != self.request_hash:
                raise Unprocessable("this Idempotency-Key came with another body before")
            return found
        idempotency.begin(tx, where, who, key, self.request_hash, self.attempt, now)
        return None

    def _still_counts(self, found: Answer, now: int) -> bool:
        if self._is_retry:
            return self.attempt > found.attempt and now - found.created_at <= _RETRY_MS
        return now - found.created_at <= KEPT_MS
