"""Session rows: heads for the journal, pages for the list, changed rows for the stream."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    delete,
    insert,
    select,
    text,
    tuple_,
    union_all,
    update,
)

from hansard.store import figure_pages, figures, filters
from hansard.store.base import Asked, Hot, Tx
from hansard.store.filters import Filter, Lane, Lanes, Subject
from hansard.store.tables import session_connectors, session_sources, session_waits, sessions

_FULL = (
    "agent_id",
    "kind",
    "mode",
    "origin",
    "channel",
    "owner_id",
    "initiative_id",
    "plan_id",
    "agent_version",
    "state",
    "status",
    "tone",
    "mix",
    "parent_id",
    "root_id",
    "child",
    "shelf",
    "active",
    "settle_at",
    "attention_since",
    "updated_at",
    "pos",
    "head_mac",
    "body",
    "fold",
)
_HOT = ("pos", "head_mac", "body", "fold")
INDEXED = tuple(name for name in _FULL if name not in _HOT)
"""Columns of the list indexes: written only when one of them changed."""

_WHERE = sessions.c.sid == bindparam("of_sid")
_SAVE_FULL = Hot(
    update(sessions).where(_WHERE).values({n: bindparam(n) for n in _FULL}), (*_FULL, "of_sid")
)
_SAVE_HOT = Hot(
    update(sessions).where(_WHERE).values({n: bindparam(n) for n in _HOT}), (*_HOT, "of_sid")
)


LISTED, ARCHIVED, DELETED = filters.SHELVES
"""Values of `shelf`."""

PLACE = (
    *("shelf", "child", "mix", "active", "updated_at", "attention_since"),
    *("agent_id", "owner_id"),
)
"""Columns of a session's place, which its connectors repeat."""
_NO_PLACE: dict[str, Any] = dict(zip(PLACE, (-1, False, "", False, 0, None, "", None), strict=True))
_PLACE = Hot(
    update(session_connectors)
    .where(session_connectors.c.sid == bindparam("of_sid"))
    .values({n: bindparam(n) for n in PLACE}),
    (*PLACE, "of_sid"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A stored session row: the bytes to show and the bytes to fold on."""

    sid: int
    id: str
    body: bytes
    fold: bytes
    indexed: tuple[Any, ...]


_HEAD = [sessions.c[name] for name in ("sid", "id", "body", "fold", *INDEXED)]


def insert_new(tx: Tx, values: dict[str, Any]) -> int:
    """Insert a row that the same transaction will fill; its surrogate key.

    Raises:
        sqlalchemy.exc.IntegrityError: the id or the key exists in the workspace.
    """
    filler = {"body": b"{}", "fold": b"{}", "pos": 0, "shelf": LISTED, "active": False, "mix": ""}
    statement = insert(sessions).values({**filler, **values}).returning(sessions.c.sid)
    return int(tx.write(statement).scalar_one())


def save(tx: Tx, full: list[tuple[Any, ...]], hot: list[tuple[Any, ...]]) -> None:
    """Write touched rows: `full` in the order of the indexed columns, then the hot ones."""
    tx.many(_SAVE_FULL, full)
    tx.many(_SAVE_HOT, hot)


def heads(
    connection: Connection, workspace_id: str, ids: Sequence[str], *, lock: bool = False
) -> list[Row]:
    """Rows by id, in key order; `lock` holds them until commit where several may write."""
    query = (
        select(*_HEAD)
        .where(sessions.c.workspace_id == workspace_id, sessions.c.id.in_(ids))
        .order_by(sessions.c.id)
    )
    if lock:
        query = query.with_for_update()
    return [_row(row) for row in connection.execute(query)]


def roots(connection: Connection, workspace_id: str, ids: Sequence[str]) -> list[str]:
    """The root ids of these sessions."""
    query = select(sessions.c.root_id).where(
        sessions.c.workspace_id == workspace_id, sessions.c.id.in_(ids)
    )
    return [root for root in connection.execute(query).scalars() if root]


def find_by_key(connection: Connection, workspace_id: str, key: str) -> str | None:
    """The id of the session with this key."""
    query = select(sessions.c.id).where(
        sessions.c.workspace_id == workspace_id, sessions.c.key == key
    )
    return connection.execute(query).scalar()


def one(
    connection: Connection, workspace_id: str, session_id: str
) -> tuple[int, int, bytes] | None:
    """(sid, shelf, body) of one session."""
    query = select(sessions.c.sid, sessions.c.shelf, sessions.c.body).where(
        sessions.c.workspace_id == workspace_id, sessions.c.id == session_id
    )
    row = connection.execute(query).first()
    return None if row is None else (row[0], row[1], row[2])


def head_mac(connection: Connection, workspace_id: str, session_id: str) -> bytes | None:
    """The authenticated head of a session's chain."""
    query = select(sessions.c.head_mac).where(
        sessions.c.workspace_id == workspace_id, sessions.c.id == session_id
    )
    return connection.execute(query).scalar()


def due(connection: Connection, now: int, limit: int) -> list[tuple[str, str]]:
    """(workspace, id) of rows that change by time alone at or before `now`."""
    query = (
        select(sessions.c.workspace_id, sessions.c.id)
        .where(sessions.c.settle_at.is_not(None), sessions.c.settle_at <= now)
        .order_by(sessions.c.settle_at)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in connection.execute(query)]


def unschedule(tx: Tx, workspace_id: str, session_id: str) -> None:
    """Let time pass a row by: it does not read, and must not come up again and again."""
    tx.write(
        update(sessions)
        .where(sessions.c.workspace_id == workspace_id, sessions.c.id == session_id)
        .values(settle_at=None)
    )


def everything(connection: Connection, workspace_id: str | None = None) -> list[tuple[str, str]]:
    """(workspace, id) of every session, oldest key first."""
    query = select(sessions.c.workspace_id, sessions.c.id).order_by(sessions.c.sid)
    if workspace_id is not None:
        query = query.where(sessions.c.workspace_id == workspace_id)
    return [(row[0], row[1]) for row in connection.execute(query)]


def workspaces(connection: Connection) -> list[str]:
    """The workspaces that have sessions."""
    return list(connection.execute(select(sessions.c.workspace_id).distinct()).scalars())


def page(
    connection: Connection,
    workspace_id: str,
    chosen: Filter,
    *,
    sort: str,
    after: Sequence[Any] | None,
    limit: int,
) -> list[tuple[tuple[Any, ...], bytes]]:
    """One keyset page: (sort keys of the row, its bytes), at most `limit` of them.

    `sort` is a name of `SORTS` or of `figure_pages.SORTS`; `after` are the keys of the last row
    already seen.
    """
    if sort in figure_pages.SORTS or chosen.by_figures:
        order = SORTS.get(sort) or figure_pages.SORTS[sort]
        found = figure_pages.page(connection, workspace_id, chosen, order, after, limit)
        if found is not None:
            return found
    order = SORTS[sort]
    shared: dict[str, Any] = {"workspace_id": workspace_id, "row_limit": limit}
    for place, (value, (name, _)) in enumerate(zip(after or (), order, strict=False)):
        shared[f"after_{place}"] = bool(value) if name == "active" else value
    shared |= filters.values_of(chosen)
    shape, on = filters.shape_of(chosen), after is not None
    lanes = _lanes(Lanes(connection, workspace_id), chosen, sort)
    if lanes is None:
        return _walk(connection, sort, shape, on, shared)
    if not lanes:
        return []
    lanes = filters.filled(lanes)
    held = len(set(chosen.connectors))  # a session that used several comes once for each
    shared["row_limit"] = limit * max(1, held)
    most = 1 << int(shared["row_limit"] - 1).bit_length()
    asked = _merged(sort, shape, on, (len(lanes), lanes[0].like), most)
    rows = asked.rows(connection, {**shared, **filters.lane_values(lanes)})
    found = [(row[: len(order)], row[len(order)]) for row in rows]
    return found[:limit] if held <= 1 else list(dict(found).items())[:limit]


def _lanes(lanes: Lanes, chosen: Filter, sort: str) -> list[Lane] | None:
    """The lanes to merge; None where another index has the rows in this order."""
    narrowed = chosen.subject is not None or chosen.by_mix
    if sort == "attention" or not (narrowed or sort == "active"):
        return None
    if sort.endswith("created_at"):
        found = lanes.of(chosen)
        few = found is not None and not lanes.count(chosen, found, _GATHERED)[1]
        return found if few else None
    return lanes.of(chosen, split=chosen.spans or sort != "active")


def _walk(
    connection: Connection, sort: str, shape: Filter, on: bool, shared: dict[str, Any]
) -> list[tuple[tuple[Any, ...], bytes]]:
    """Walk each shelf by the index of the order, and merge."""
    order = SORTS[sort]
    found: list[tuple[tuple[Any, ...], bytes]] = []
    children = (False,) if shape.parent_id is not None else shape.generations
    asked = _walked(sort, shape, on)
    places = [(shelf, child) for shelf in shape.shelves for child in children]
    for shelf, child in places:
        rows = asked.rows(connection, {**shared, "shelf_0": shelf, "child_0": child})
        found += [(row[: len(order)], row[len(order)]) for row in rows]
    if len(places) > 1:
        found.sort(key=itemgetter(0), reverse=order[0][1])
    return found[: shared["row_limit"]]


_c = sessions.c
SORTS: dict[str, list[tuple[str, bool]]] = {
    "attention": [("attention_since", False), ("id", False)],
    "active": [("active", True), ("updated_at", True), ("id", True)],
    "-updated_at": [("updated_at", True), ("id", True)],
    "updated_at": [("updated_at", False), ("id", False)],
    "-created_at": [("created_at", True), ("id", True)],
    "created_at": [("created_at", False), ("id", False)],
}
"""Sort name → columns and whether each falls. `attention` and `active` make `active_first`."""
_GATHERED = 2_000
"""So many rows are sorted sooner than the list is walked for them."""


def add_connectors(
    tx: Tx, workspace_id: str, sid: int, session_id: str, connectors: Sequence[str]
) -> None:
    """Note which connectors a session used, for the filter (S0-20); `place` says where."""
    rows = [
        {"workspace_id": workspace_id, "connector": c, "sid": sid, "id": session_id, **_NO_PLACE}
        for c in connectors
    ]
    if rows:
        tx.write(insert(session_connectors), rows)


def place(tx: Tx, rows: list[tuple[Any, ...]]) -> None:
    """Move sessions in the lanes of their connectors: rows in the order of `PLACE`, then sid."""
    tx.many(_PLACE, rows)


def find_source(
    connection: Connection, workspace_id: str, format_name: str, external_id: str
) -> str | None:
    """The session that holds a foreign one."""
    return connection.execute(_source(workspace_id, format_name, external_id)).scalar()


def add_source(
    tx: Tx, workspace_id: str, format_name: str, external_id: str, session_id: str
) -> None:
    """Remember which session holds a foreign one; unique."""
    tx.write(
        insert(session_sources).values(
            workspace_id=workspace_id,
            format=format_name,
            external_id=external_id,
            session_id=session_id,
        )
    )


def sources_of(connection: Connection, workspace_id: str, session_id: str) -> list[tuple[str, str]]:
    """(format, external id) of a session."""
    query = select(session_sources.c.format, session_sources.c.external_id).where(
        session_sources.c.workspace_id == workspace_id,
        session_sources.c.session_id == session_id,
    )
    return [(row[0], row[1]) for row in connection.execute(query)]


def waits_of(connection: Connection, workspace_id: str, session_id: str) -> list[tuple[str, str]]:
    """(format, external id) of the parents that a session waits for."""
    query = select(session_waits.c.format, session_waits.c.parent_external_id).where(
        session_waits.c.workspace_id == workspace_id,
        session_waits.c.session_id == session_id,
    )
    return [(row[0], row[1]) for row in connection.execute(query)]


def add_wait(
    tx: Tx, workspace_id: str, format_name: str, parent_external_id: str, session_id: str
) -> None:
    """Remember a sub-agent whose parent was not met yet."""
    tx.write(
        insert(session_waits).values(
            workspace_id=workspace_id,
            format=format_name,
            parent_external_id=parent_external_id,
            session_id=session_id,
        )
    )


def take_waits(tx: Tx, workspace_id: str, format_name: str, parent_external_id: str) -> list[str]:
    """The sub-agents that waited for this parent; they wait no longer."""
    statement = (
        delete(session_waits)
        .where(
            session_waits.c.workspace_id == workspace_id,
            session_waits.c.format == format_name,
            session_waits.c.parent_external_id == parent_external_id,
        )
        .returning(session_waits.c.session_id)
    )
    return list(tx.write(statement).scalars())


def stop_waiting(tx: Tx, workspace_id: str, session_id: str) -> None:
    """A sub-agent that is deleted waits for no parent any more."""
    tx.write(
        delete(session_waits).where(
            session_waits.c.workspace_id == workspace_id,
            session_waits.c.session_id == session_id,
        )
    )


def forget(tx: Tx, workspace_id: str, sid: int) -> None:
    """Drop what hangs on a deleted session; its own row stays as the tombstone."""
    figures.forget(tx, workspace_id, sid)
    tx.write(
        delete(session_connectors).where(
            session_connectors.c.workspace_id == workspace_id, session_connectors.c.sid == sid
        )
    )


def _source(workspace_id: str, format_name: str, external_id: str) -> Select[Any]:
    return select(session_sources.c.session_id).where(
        session_sources.c.workspace_id == workspace_id,
        session_sources.c.format == format_name,
        session_sources.c.external_id == external_id,
    )


@lru_cache(maxsize=256)
def _merged(sort: str, shape: Filter, goes_on: bool, lanes: tuple[int, Lane], most: int) -> Asked:
    """The statement that merges lanes; the same shape gives the same one.

    Both databases read each lane only as far as the page needs. The bytes are read last.

    Args:
        lanes: how many, and what one is like.
        most: at least the rows of the page; few values, as each makes a statement.
    """
    subject, (many, like) = shape.subject, lanes
    branches = [_branch(sort, shape, goes_on, number, like) for number in range(many)]
    if many == 1 and not filters.is_by_connector(subject):
        whole: Any = branches[0].with_only_columns(*_keys(sort, None), _c.body)
        return Asked(_ordered(whole, sort))
    directions = text(", ".join(f"{n + 1} {_word(d)}" for n, (_, d) in enumerate(SORTS[sort])))
    limit = bindparam("row_limit", type_=_c.pos.type)
    if many > 1:
        # SQLite reads ordered branches lazily, but not if they are bounded; PostgreSQL reads
        # and sorts each lane whole, unless it is.
        bound = f"LIMIT {most}"
        inner = [
            branch.order_by(directions).with_statement_hint(bound, "postgresql").subquery()
            for branch in branches
        ]
        merged: Any = union_all(*(select(*one.c) for one in inner))
    else:
        merged = branches[0]
    found = merged.order_by(directions).limit(limit).subquery()
    keys = [found.c[f"key_{n}"] for n in range(len(SORTS[sort]))]
    query = select(*keys, _c.body).join(sessions, _c.sid == found.c.sid)
    return Asked(query.order_by(directions))


def _branch(sort: str, shape: Filter, goes_on: bool, number: int, like: Lane) -> Any:
    subject, order = shape.subject, SORTS[sort]
    keys = _keys(sort, subject)
    labels = [key.label(f"key_{n}") for n, key in enumerate(keys)]
    where = filters.in_lane(like, subject, number)
    where += filters.beside(shape, subject, mixed=like.mix is not None)
    if goes_on:
        where.append(_beyond(keys, falls=order[0][1]))
    query = select(*labels, filters.columns_of(subject).sid.label("sid")).where(*where)
    if filters.is_by_connector(subject):
        query = query.join(sessions, _c.sid == session_connectors.c.sid)
    return query


@lru_cache(maxsize=256)
def _walked(sort: str, shape: Filter, goes_on: bool) -> Asked:
    """The statement of a walk; the same shape gives the same one."""
    keys = _keys(sort, None)
    where = filters.walked(shape)
    if sort == "attention":
        where.append(_c.attention_since.is_not(None))
    if goes_on:
        where.append(_beyond(keys, falls=SORTS[sort][0][1]))
    return Asked(_ordered(select(*keys, _c.body).where(*where), sort))


def _ordered(query: Any, sort: str) -> Any:
    order = [_c[name].desc() if falls else _c[name].asc() for name, falls in SORTS[sort]]
    return query.order_by(*order).limit(bindparam("row_limit", type_=_c.pos.type))


def _keys(sort: str, subject: Subject | None) -> list[ColumnElement[Any]]:
    held = filters.columns_of(subject)
    return [held[name] if name in held else _c[name] for name, _ in SORTS[sort]]


def _beyond(keys: list[ColumnElement[Any]], *, falls: bool) -> Any:
    """Rows behind the last one seen; all columns fall or all rise."""
    last = tuple_(*(bindparam(f"after_{n}", type_=key.type) for n, key in enumerate(keys)))
    return tuple_(*keys) < last if falls else tuple_(*keys) > last


def _word(falls: bool) -> str:
    return "DESC" if falls else "ASC"


def _row(row: Any) -> Row:
    return Row(row[0], row[1], row[2], row[3], tuple(row[4:]))
