"""Operations on many sessions: what is asked, how far it is, and the sessions still to do.

A session that is done leaves its row in the transaction of its change; what stays is what waits
and what failed. So a restart goes on where the work was, and no session is done twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, tuple_, update

from hansard.store.base import Hot, Tx
from hansard.store.filters import DELETED
from hansard.store.tables import bulk_items, bulk_operations, sessions

_ASKED = 500
_o, _i = bulk_operations.c, bulk_items.c


@dataclass(frozen=True, slots=True)
class Bulk:
    """A bulk operation as it is kept; `body` holds its arguments and filter as JSON."""

    id: str
    workspace_id: str
    action: str
    state: str
    actor: str
    request_id: str | None
    body: bytes
    total: int
    done: int
    failed: int
    created_at: int
    started_at: int | None
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class Failure:
    """A session on which an operation failed."""

    session_id: str
    type: str
    message: str


_BULK = [_o[name] for name in Bulk.__dataclass_fields__]
_ITEM = ("workspace_id", "operation_id", "n", "session_id")
_INSERT = Hot(insert(bulk_items).values({n: bindparam(n) for n in _ITEM}), _ITEM)


def add(tx: Tx, values: dict[str, Any], session_ids: Sequence[str]) -> None:
    """Keep an operation and the sessions it is to change, in their order."""
    tx.write(insert(bulk_operations).values({**values, "done": 0, "failed": 0}))
    where, operation_id = values["workspace_id"], values["id"]
    tx.many(_INSERT, [(where, operation_id, n, one) for n, one in enumerate(session_ids)])


def find(connection: Connection, workspace_id: str, operation_id: str) -> Bulk | None:
    """One operation."""
    query = select(*_BULK).where(_o.workspace_id == workspace_id, _o.id == operation_id)
    row = connection.execute(query).first()
    return None if row is None else Bulk(*row)


def page(
    connection: Connection, workspace_id: str, after: tuple[int, str] | None, limit: int
) -> list[Bulk]:
    """Operations, the newest first."""
    query = select(*_BULK).where(_o.workspace_id == workspace_id)
    if after is not None:
        query = query.where(tuple_(_o.created_at, _o.id) < after)
    query = query.order_by(_o.created_at.desc(), _o.id.desc()).limit(limit)
    return [Bulk(*row) for row in connection.execute(query)]


def unfinished(connection: Connection) -> list[tuple[str, str]]:
    """(workspace, id) of what is still to do, the oldest first."""
    query = select(_o.workspace_id, _o.id).where(_o.ended_at.is_(None)).order_by(_o.created_at)
    return [(row[0], row[1]) for row in connection.execute(query)]


def claim(tx: Tx, workspace_id: str, operation_id: str, worker: str, now: int, until: int) -> bool:
    """Take an operation for a while, unless another process works on it or it has ended."""
    statement = (
        update(bulk_operations)
        .where(_o.workspace_id == workspace_id, _o.id == operation_id, _o.ended_at.is_(None))
        .where(or_(_o.worker.is_(None), _o.worker == worker, _o.claimed_until <= now))
        .values(worker=worker, claimed_until=until, state="running")
        .values(started_at=func.coalesce(_o.started_at, now))
        .returning(_o.id)
    )
    return tx.write(statement).first() is not None


def waiting(
    connection: Connection, workspace_id: str, operation_id: str, limit: int
) -> list[tuple[int, str]]:
    """(place, session id) of the next sessions to change."""
    query = (
        select(_i.n, _i.session_id)
        .where(_i.workspace_id == workspace_id, _i.operation_id == operation_id)
        .where(_i.error_type.is_(None))
        .order_by(_i.n)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in connection.execute(query)]


def done(tx: Tx, workspace_id: str, operation_id: str, place: int) -> bool:
    """Count a session as done; False when it does not wait any more: its change must not be."""
    gone = delete(bulk_items).where(*_waits(workspace_id, operation_id, place)).returning(_i.n)
    if tx.write(gone).first() is None:
        return False
    _count(tx, workspace_id, operation_id, done=_o.done + 1)
    return True


def fail(tx: Tx, workspace_id: str, operation_id: str, place: int, failure: Failure) -> None:
    """Say why a session could not be changed; nothing if it does not wait any more."""
    statement = (
        update(bulk_items)
        .where(*_waits(workspace_id, operation_id, place))
        .values(error_type=failure.type, error_message=failure.message)
        .returning(_i.n)
    )
    if tx.write(statement).first() is not None:
        _count(tx, workspace_id, operation_id, failed=_o.failed + 1)


def failures(
    connection: Connection, workspace_id: str, operation_id: str, limit: int
) -> list[Failure]:
    """The sessions that could not be changed, in their order."""
    query = (
        select(_i.session_id, _i.error_type, _i.error_message)
        .where(_i.workspace_id == workspace_id, _i.operation_id == operation_id)
        .where(_i.error_type.is_not(None))
        .order_by(_i.n)
        .limit(limit)
    )
    return [Failure(*row) for row in connection.execute(query)]


def end(tx: Tx, workspace_id: str, operation_id: str, state: str, now: int) -> bool:
    """End an operation; what still waits will not be done. False when it has ended before."""
    statement = (
        update(bulk_operations)
        .where(_o.workspace_id == workspace_id, _o.id == operation_id, _o.ended_at.is_(None))
        .values(state=state, ended_at=now, worker=None, claimed_until=None)
        .returning(_o.id)
    )
    if tx.write(statement).first() is None:
        return False
    tx.write(
        delete(bulk_items).where(
            _i.workspace_id == workspace_id,
            _i.operation_id == operation_id,
            _i.error_type.is_(None),
        )
    )
    return True


def missing(connection: Connection, workspace_id: str, session_ids: Sequence[str]) -> str | None:
    """The first id that no session of the workspace has, or None."""
    for some in _in_parts(session_ids):
        query = select(sessions.c.id).where(
            sessions.c.workspace_id == workspace_id,
            sessions.c.id.in_(some),
            sessions.c.shelf != DELETED,
        )
        there = set(connection.execute(query).scalars())
        for one in some:
            if one not in there:
                return one
    return None


def _in_parts(session_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(session_ids), _ASKED):
        yield session_ids[start : start + _ASKED]


def _waits(workspace_id: str, operation_id: str, place: int) -> tuple[Any, ...]:
    return (
        _i.workspace_id == workspace_id,
        _i.operation_id == operation_id,
        _i.n == place,
        _i.error_type.is_(None),
    )


def _count(tx: Tx, workspace_id: str, operation_id: str, **values: Any) -> None:
    tx.write(
        update(bulk_operations)
        .where(_o.workspace_id == workspace_id, _o.id == operation_id)
        .values(**values)
    )
