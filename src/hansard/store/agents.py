"""Agents: definitions by id and version, by name, and the one of each import format."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, or_, select, tuple_, update

from hansard.store.base import Tx
from hansard.store.tables import agent_versions, agents

_c = agents.c
_v = agent_versions.c


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
    _keep(tx, workspace_id, agent_id, 1, now, body)


def add_version(
    tx: Tx, workspace_id: str, agent_id: str, name: str, version: int, now: int, body: bytes
) -> None:
    """Make a version the newest one; those before stay as they are."""
    tx.write(
        _one(workspace_id, agent_id).values(name=name, version=version, updated_at=now, body=body)
    )
    _keep(tx, workspace_id, agent_id, version, now, body)


def archive(tx: Tx, workspace_id: str, agent_id: str, now: int, body: bytes) -> None:
    """Mark an agent as archived; its versions stay."""
    tx.write(_one(workspace_id, agent_id).values(archived_at=now, body=body))


def locked(tx: Tx, workspace_id: str, agent_id: str) -> bytes | None:
    """An agent's object, held until the commit where several may write."""
    query = select(_c.body).where(_c.workspace_id == workspace_id, _c.id == agent_id)
    return tx.read(query.with_for_update()).scalar()


def find(connection: Connection, workspace_id: str, id_or_name: str) -> bytes | None:
    """An agent's object by id, else by its name: of that name the oldest, archived ones last."""
    query = (
        select(_c.body)
        .where(_c.workspace_id == workspace_id, or_(_c.id == id_or_name, _c.name == id_or_name))
        .order_by((_c.id == id_or_name).desc(), _c.archived_at.is_not(None), _c.created_at)
        .limit(1)
    )
    return connection.execute(query).scalar()


def named(connection: Connection, workspace_id: str, name: str) -> list[str]:
    """The ids of all agents of a name."""
    query = select(_c.id).where(_c.workspace_id == workspace_id, _c.name == name)
    return list(connection.execute(query).scalars())


def version(connection: Connection, workspace_id: str, agent_id: str, number: int) -> bytes | None:
    """An agent's object as it was at a version."""
    query = select(_v.body).where(*_of(workspace_id, agent_id), _v.version == number)
    return connection.execute(query).scalar()


def versions(
    connection: Connection, workspace_id: str, agent_id: str, below: int | None, limit: int
) -> list[tuple[int, bytes]]:
    """(version, object), newest first."""
    query = select(_v.version, _v.body).where(*_of(workspace_id, agent_id))
    if below is not None:
        query = query.where(_v.version < below)
    rows = connection.execute(query.order_by(_v.version.desc()).limit(limit))
    return [(row[0], row[1]) for row in rows]


def of_format(connection: Connection, workspace_id: str, format_name: str) -> bytes | None:
    """The agent that stands for a format of imported sessions."""
    query = select(_c.body).where(_c.workspace_id == workspace_id, _c.format == format_name)
    return connection.execute(query).scalar()


def page(
    connection: Connection,
    workspace_id: str,
    after: tuple[int, str] | None,
    limit: int,
    *,
    archived: bool = False,
    created: Sequence[tuple[str, int]] = (),
) -> list[tuple[int, str, bytes]]:
    """(created_at, id, object), newest first; archived ones too when asked for.

    Args:
        created: (gt|gte|lt|lte, ms) over created_at.
    """
    query = select(_c.created_at, _c.id, _c.body).where(_c.workspace_id == workspace_id)
    if not archived:
        query = query.where(_c.archived_at.is_(None))
    for op, at in created:
        query = query.where(_compare(op, at))
    if after is not None:
        query = query.where(tuple_(_c.created_at, _c.id) < after)
    query = query.order_by(_c.created_at.desc(), _c.id.desc()).limit(limit)
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]


def _compare(op: str, at: int) -> Any:
    at_ = _c.created_at
    return {"gt": at_ > at, "gte": at_ >= at, "lt": at_ < at, "lte": at_ <= at}[op]


def _one(workspace_id: str, agent_id: str) -> Any:
    return update(agents).where(_c.workspace_id == workspace_id, _c.id == agent_id)


def _of(workspace_id: str, agent_id: str) -> tuple[Any, Any]:
    return _v.workspace_id == workspace_id, _v.agent_id == agent_id


def _keep(tx: Tx, workspace_id: str, agent_id: str, version_: int, now: int, body: bytes) -> None:
    tx.write(
        insert(agent_versions).values(
            workspace_id=workspace_id,
            agent_id=agent_id,
            version=version_,
            created_at=now,
            body=body,
        )
    )


def names(connection: Connection, workspace_id: str, ids: Sequence[str]) -> dict[str, str]:
    """id → name of agents."""
    query = select(agents.c.id, agents.c.name).where(
        agents.c.workspace_id == workspace_id, agents.c.id.in_(ids)
    )
    return {row[0]: row[1] for row in connection.execute(query)}
