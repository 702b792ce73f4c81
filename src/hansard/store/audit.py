"""The audit table: who changed what; entries outlive the session."""

from typing import Any

from sqlalchemy import Connection, insert, select

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
