"""Agents: definitions by id, by name, and the one of each import format."""

from sqlalchemy import Connection, insert, or_, select, tuple_

from hansard.store.base import Tx
from hansard.store.tables import agents

_c = agents.c


def insert_new(
    tx: Tx,
    workspace_id: str,
    agent_id: str,
    name: str,
    format_name: str | None,
    now: int,
    body: bytes,
) -> None:
    """Insert an agent at version 1; a format has at most one in a workspace."""
    tx.write(
        insert(agents).values(
            workspace_id=workspace_id,
            id=agent_id,
            name=name,
            version=1,
            format=format_name,
            created_at=now,
            updated_at=now,
            body=body,
        )
    )


def find(connection: Connection, workspace_id: str, id_or_name: str) -> bytes | None:
    """An agent's object by id, else by its name (the oldest of that name)."""
    query = (
        select(_c.body)
        .where(_c.workspace_id == workspace_id, or_(_c.id == id_or_name, _c.name == id_or_name))
        .order_by((_c.id == id_or_name).desc(), _c.created_at)
        .limit(1)
    )
    return connection.execute(query).scalar()


def of_format(connection: Connection, workspace_id: str, format_name: str) -> bytes | None:
    """The agent that stands for a format of imported sessions."""
    query = select(_c.body).where(_c.workspace_id == workspace_id, _c.format == format_name)
    return connection.execute(query).scalar()


def page(
    connection: Connection, workspace_id: str, after: tuple[int, str] | None, limit: int
) -> list[tuple[int, str, bytes]]:
    """(created_at, id, object), newest first."""
    query = select(_c.created_at, _c.id, _c.body).where(_c.workspace_id == workspace_id)
    if after is not None:
        query = query.where(tuple_(_c.created_at, _c.id) < after)
    query = query.order_by(_c.created_at.desc(), _c.id.desc()).limit(limit)
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]
