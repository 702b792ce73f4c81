"""Session rows for those who follow them: what moved after a cursor, and rows by their keys."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, select, update

from hansard.store.base import Tx
from hansard.store.sessions import DELETED
from hansard.store.tables import sessions

_c = sessions.c


def changed_after(
    connection: Connection, workspace_id: str, pos: int, limit: int
) -> list[tuple[int, str, int, bool, bytes]]:
    """Rows whose cursor is above `pos`: (pos, id, shelf, child, body), in order of `pos`."""
    query = (
        select(_c.pos, _c.id, _c.shelf, _c.child, _c.body)
        .where(_c.workspace_id == workspace_id, _c.pos > pos)
        .order_by(_c.pos)
        .limit(limit)
    )
    return [(r[0], r[1], r[2], r[3], r[4]) for r in connection.execute(query)]


def moved_after(
    connection: Connection, workspace_id: str, pos: int, limit: int
) -> list[tuple[int, int, int, bytes]]:
    """(pos, sid, shelf, body) of the rows whose cursor is above `pos`, in order of `pos`."""
    query = (
        select(_c.pos, _c.sid, _c.shelf, _c.body)
        .where(_c.workspace_id == workspace_id, _c.pos > pos)
        .order_by(_c.pos)
        .limit(limit)
    )
    return [(r[0], r[1], r[2], r[3]) for r in connection.execute(query)]


def by_sid(
    connection: Connection, workspace_id: str, sids: Sequence[int]
) -> dict[int, tuple[str, int, bytes]]:
    """sid → (id, shelf, body)."""
    query = select(_c.sid, _c.id, _c.shelf, _c.body).where(
        _c.workspace_id == workspace_id, _c.sid.in_(sids)
    )
    return {r[0]: (r[1], r[2], r[3]) for r in connection.execute(query)}


def places(
    connection: Connection, workspace_id: str, after: int, limit: int
) -> list[tuple[str, int, int, bytes]]:
    """(id, sid, shelf, body) of the sessions behind a sid, oldest first; deleted ones too."""
    query = (
        select(_c.id, _c.sid, _c.shelf, _c.body)
        .where(_c.workspace_id == workspace_id, _c.sid > after)
        .order_by(_c.sid)
        .limit(limit)
    )
    return [(r[0], r[1], r[2], r[3]) for r in connection.execute(query)]


def span(connection: Connection, workspace_id: str) -> tuple[int, int]:
    """The lowest and the highest sid of a workspace."""
    query = select(func.min(_c.sid), func.max(_c.sid)).where(_c.workspace_id == workspace_id)
    low, high = connection.execute(query).one()
    return int(low or 0), int(high or 0)


def parent(connection: Connection, workspace_id: str, session_id: str) -> str | None:
    """The session that has this one below itself, if it is here and not deleted."""
    above = sessions.alias()
    query = (
        select(above.c.id)
        .join(sessions, _c.parent_id == above.c.id)
        .where(
            _c.workspace_id == workspace_id,
            _c.id == session_id,
            above.c.workspace_id == workspace_id,
            above.c.shelf != DELETED,
        )
    )
    return connection.execute(query).scalar()


def children(
    connection: Connection, workspace_id: str, parent_id: str, after: int, limit: int
) -> list[tuple[str, int, int, bytes]]:
    """(id, sid, shelf, body) of what lies right below a session, not deleted, oldest first."""
    query = (
        select(_c.id, _c.sid, _c.shelf, _c.body)
        .where(
            _c.workspace_id == workspace_id,
            _c.parent_id == parent_id,
            _c.sid > after,
            _c.shelf != DELETED,
        )
        .order_by(_c.sid)
        .limit(limit)
    )
    return [(r[0], r[1], r[2], r[3]) for r in connection.execute(query)]


def seal(tx: Tx, rows: Sequence[tuple[int, bytes]]) -> None:
    """Put heads under another key: (sid, authenticated head)."""
    for sid, mac in rows:
        tx.write(update(sessions).where(_c.sid == sid).values(head_mac=mac))


def how_many(connection: Connection, workspace_id: str) -> int:
    """How many sessions a workspace has, deleted ones among them."""
    query = select(func.count()).select_from(sessions).where(_c.workspace_id == workspace_id)
    return int(connection.execute(query).scalar_one())
