"""Answers of requests by their idempotency key, so that a POST takes effect once (P4)."""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from hansard.store.base import Tx
from hansard.store.tables import idempotency

_c = idempotency.c


@dataclass(frozen=True, slots=True)
class Answer:
    """A remembered request: `in_flight`, or `done` with its status and body."""

    request_hash: bytes
    attempt: int
    state: str
    status: int | None
    response: bytes | None
    created_at: int


def find(tx: Tx, workspace_id: str, principal: str, key: str) -> Answer | None:
    """What is remembered under a key of a principal."""
    query = select(
        _c.request_hash, _c.attempt, _c.state, _c.status, _c.response, _c.created_at
    ).where(_c.workspace_id == workspace_id, _c.principal == principal, _c.key == key)
    row = tx.read(query).first()
    return None if row is None else Answer(*row)


def begin(
    tx: Tx, workspace_id: str, principal: str, key: str, request_hash: bytes, attempt: int, now: int
) -> None:
    """Mark a request as in flight, in place of an older one under the same key."""
    forget(tx, workspace_id, principal, key)
    tx.write(
        insert(idempotency).values(
            workspace_id=workspace_id,
            principal=principal,
            key=key,
            request_hash=request_hash,
            attempt=attempt,
            state="in_flight",
            created_at=now,
        )
    )


def done(
    tx: Tx, workspace_id: str, principal: str, key: str, response: bytes, session_id: str | None
) -> None:
    """Keep the answer of a request that went well; in the transaction of the change itself."""
    tx.write(
        idempotency.update()
        .where(_c.workspace_id == workspace_id, _c.principal == principal, _c.key == key)
        .values(state="done", status=200, response=response, session_id=session_id)
    )


def forget(tx: Tx, workspace_id: str, principal: str, key: str) -> None:
    """Drop what is remembered under a key."""
    tx.write(
        delete(idempotency).where(
            _c.workspace_id == workspace_id, _c.principal == principal, _c.key == key
        )
    )


def erase(tx: Tx, workspace_id: str, session_id: str) -> None:
    """Drop answers that hold what was said in a session; it is being deleted."""
    tx.write(
        delete(idempotency).where(_c.workspace_id == workspace_id, _c.session_id == session_id)
    )


def purge(tx: Tx, before: int, in_flight: bool = False) -> None:
    """Drop answers older than an instant; at start also what a dead process left in flight."""
    tx.write(delete(idempotency).where(_c.created_at < before))
    if in_flight:
        tx.write(delete(idempotency).where(_c.state == "in_flight"))
