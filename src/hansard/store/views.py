"""Saved views of the list: a person's own, and those that everybody sees."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, or_, select, update

from hansard.store.base import Tx
from hansard.store.tables import saved_views

_v = saved_views.c


@dataclass(frozen=True, slots=True)
class View:
    """A view as it is kept; `body` is what it shows, as JSON."""

    id: str
    owner: str
    name: str
    shared: bool
    body: bytes
    created_at: int
    updated_at: int


_VIEW = [_v[name] for name in View.__dataclass_fields__]


def visible(connection: Connection, workspace_id: str, owner: str, limit: int) -> list[View]:
    """A person's own views and the shared ones, by name."""
    query = (
        select(*_VIEW)
        .where(_v.workspace_id == workspace_id, or_(_v.owner == owner, _v.shared.is_(True)))
        .order_by(_v.name, _v.id)
        .limit(limit)
    )
    return [View(*row) for row in connection.execute(query)]


def find(connection: Connection, workspace_id: str, view_id: str, owner: str) -> View | None:
    """A view that a person may see."""
    query = select(*_VIEW).where(
        _v.workspace_id == workspace_id,
        _v.id == view_id,
        or_(_v.owner == owner, _v.shared.is_(True)),
    )
    row = connection.execute(query).first()
    return None if row is None else View(*row)


def named(connection: Connection, workspace_id: str, owner: str, name: str) -> str | None:
    """The id of a person's view of this name."""
    query = select(_v.id).where(_v.workspace_id == workspace_id, _v.owner == owner, _v.name == name)
    return connection.execute(query).scalar()


def count(connection: Connection, workspace_id: str, owner: str) -> int:
    """How many views a person has; they are few."""
    query = select(_v.id).where(_v.workspace_id == workspace_id, _v.owner == owner)
    return len(connection.execute(query).all())


def add(tx: Tx, workspace_id: str, view: View) -> None:
    """Keep a view."""
    values = {name: getattr(view, name) for name in View.__dataclass_fields__}
    tx.write(insert(saved_views).values(workspace_id=workspace_id, **values))


def save(tx: Tx, workspace_id: str, view: View) -> None:
    """Write a view over the one of its id."""
    tx.write(
        update(saved_views)
        .where(_v.workspace_id == workspace_id, _v.id == view.id)
        .values(name=view.name, shared=view.shared, body=view.body, updated_at=view.updated_at)
    )


def forget(tx: Tx, workspace_id: str, view_id: str) -> None:
    """Drop a view."""
    tx.write(delete(saved_views).where(_v.workspace_id == workspace_id, _v.id == view_id))
