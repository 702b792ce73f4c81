"""The usage ledger: one row per model request and per tool call, never updated."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    delete,
    func,
    insert,
    select,
)

from hansard.store.base import Hot, Tx
from hansard.store.tables import events, ledger

COLUMNS = tuple(column.name for column in ledger.columns)
_INSERT = Hot(insert(ledger).values({n: bindparam(n) for n in COLUMNS}), COLUMNS)


def append(tx: Tx, rows: list[tuple[Any, ...]]) -> None:
    """Insert rows of `COLUMNS`."""
    tx.many(_INSERT, rows)


def sums(connection: Connection, workspace_id: str, session_id: str) -> dict[str, int | None]:
    """The sums of a session's rows: what its row must show (P23)."""
    c = ledger.c
    names = ("input_uncached", "cache_read", "cache_write_5m", "cache_write_1h", "output")
    totals = [func.coalesce(func.sum(c[name]), 0).label(name) for name in (*names, "ao_milli")]
    query = select(
        *totals,
        func.sum(c.cost_micros).filter(c.wallet == "ai").label("cost_micros"),
        func.count().filter(c.wallet == "data").label("calls"),
    ).where(c.workspace_id == workspace_id, c.session_id == session_id)
    row = connection.execute(query).mappings().one()
    return {str(k): None if v is None else int(v) for k, v in row.items()}


def of_session(connection: Connection, workspace_id: str, session_id: str) -> list[dict[str, Any]]:
    """Every row of a session, in the order of time."""
    query = (
        select(ledger)
        .where(ledger.c.workspace_id == workspace_id, ledger.c.session_id == session_id)
        .order_by(ledger.c.at)
    )
    return [{str(k): v for k, v in row.items()} for row in connection.execute(query).mappings()]


def of_events(
    connection: Connection, workspace_id: str, event_ids: Sequence[bytes]
) -> list[tuple[Any, ...]]:
    """The rows of these events, each in the order of `COLUMNS`."""
    query = select(ledger).where(
        ledger.c.workspace_id == workspace_id, ledger.c.event_id.in_(event_ids)
    )
    return [tuple(row) for row in connection.execute(query)]


def count(connection: Connection, workspace_id: str, session_id: str, sid: int) -> int:
    """How many rows a session has, beside those of events that were erased."""
    query = (
        select(func.count())
        .select_from(ledger)
        .where(*_of_session(workspace_id, session_id), ledger.c.event_id.not_in(_erased(sid)))
    )
    return int(connection.execute(query).scalar_one())


def of_erased(
    connection: Connection, workspace_id: str, session_id: str, sid: int, after: bytes, limit: int
) -> list[dict[str, Any]]:
    """The rows of a session's erased events, by event id, behind one."""
    query = (
        select(ledger)
        .where(
            *_of_session(workspace_id, session_id),
            ledger.c.event_id.in_(_erased(sid)),
            ledger.c.event_id > after,
        )
        .order_by(ledger.c.event_id)
        .limit(limit)
    )
    return [{str(k): v for k, v in row.items()} for row in connection.execute(query).mappings()]


def forget(tx: Tx, workspace_id: str, session_id: str, sid: int) -> None:
    """Drop the rows that a session's events give again."""
    where = (*_of_session(workspace_id, session_id), ledger.c.event_id.not_in(_erased(sid)))
    tx.write(delete(ledger).where(*where))


def _of_session(workspace_id: str, session_id: str) -> tuple[ColumnElement[bool], ...]:
    return ledger.c.workspace_id == workspace_id, ledger.c.session_id == session_id


def _erased(sid: int) -> Select[Any]:
    return select(events.c.id).where(events.c.sid == sid, events.c.payload.is_(None))
