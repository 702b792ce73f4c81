"""The audit table: who changed what; entries outlive the session."""

from typing import Any

from sqlalchemy import Connection, insert, select, tuple_

from hansard.store.base import Tx
from hansard.store.tables import audit


def add(tx: Tx, values: dict[str, Any]) -> None:
    """Insert an entry; there is no update and no delete."""
    tx.write(insert(audit).values(values))


def newest(connection: Connection, workspace_id: str, limit: int) -> list[dict[str, Any]]:
    """Entries of a workspace, newest first."""
    query = (
        select(audit)
        .where(audit.c.workspace_id == workspace_id)
        .order_by(audit.c.at.desc(), audit.c.id.desc())
        .limit(limit)
    )
    return [{str(k): v for k, v in row.items()} for row in connection.execute(query).mappings()]


def of_target(
    connection: Connection,
    workspace_id: str,
    target: str,
    after: tuple[int, str] | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Entries about one thing, newest first, behind a place (at, id)."""
    query = select(audit).where(audit.c.workspace_id == workspace_id, audit.c.target == target)
    if after is not None:
        query = query.where(tuple_(audit.c.at, audit.c.id) < after)
    query = query.order_by(audit.c.at.desc(), audit.c.id.desc()).limit(limit)
    return [{str(k): v for k, v in row.items()} for row in connection.execute(query).mappings()]
