"""The usage ledger: one row per model request and per tool call, never updated."""

from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select

from hansard.store.base import Hot, Tx
from hansard.store.tables import ledger

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
