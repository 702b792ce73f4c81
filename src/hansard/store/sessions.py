"""Session rows: heads for the journal, pages for the list, changed rows for the stream."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import isqrt
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    false,
    func,
    insert,
    select,
    true,
    tuple_,
    update,
)

from hansard.domain import state
from hansard.store.base import Asked, Hot, Tx
from hansard.store.tables import session_connectors, session_sources, session_waits, sessions

LISTED, ARCHIVED, DELETED = 0, 1, 2
"""Values of `shelf`."""

_FULL = (
    "agent_id",
    "kind",
    "mode",
    "origin",
    "channel",
    "owner_id",
    "state",
    "status",
    "tone",
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
    filler = {"body": b"{}", "fold": b"{}", "pos": 0, "shelf": LISTED, "active": False}
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


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; empty means everything listed (requirements.md 6.7)."""

    agents: Sequence[str] = ()
    channels: Sequence[str] = ()
    kinds: Sequence[str] = ()
    modes: Sequence[str] = ()
    origins: Sequence[str] = ()
    states: Sequence[str] = ()
    statuses: Sequence[str] = ()
    tones: Sequence[str] = ()
    owners: Sequence[str] = ()
    connectors: Sequence[str] = ()
    attention: bool | None = None
    active: bool | None = None
    archived: bool | None = False
    """False lists what is not archived, True only the archived, None both."""
    parent_id: str | None = None
    include_children: bool = False
    times: Sequence[tuple[str, str, int]] = field(default=())
    """(column, gt|gte|lt|lte, ms) over created_at and updated_at."""


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

    `sort` is a name of `SORTS`; `after` are the keys of the last row already seen.
    """
    order = SORTS[sort]
    width = len(order)
    shared: dict[str, Any] = {"workspace_id": workspace_id, "row_limit": limit}
    for place, (value, (column, _)) in enumerate(zip(after or (), order, strict=False)):
        shared[f"after_{place}"] = bool(value) if column is _c.active else value
    found: list[tuple[tuple[Any, ...], bytes]] = []
    parts = _parts(chosen)
    for part in parts:
        rare = bool(part.connectors) and _is_rare(connection, workspace_id, part, limit)
        asked = _asked(sort, _shape(part), after is not None, rare)
        rows = asked.rows(connection, {**shared, **_values(part)})
        found += [(row[:width], row[width]) for row in rows]
    if len(parts) > 1:
        found.sort(key=itemgetter(0), reverse=order[0][1])
    return found[:limit]


_c = sessions.c
SORTS: dict[str, list[tuple[ColumnElement[Any], bool]]] = {
    "attention": [(_c.attention_since, False), (_c.id, False)],
    "active": [(_c.active, True), (_c.updated_at, True), (_c.id, True)],
    "-updated_at": [(_c.updated_at, True), (_c.id, True)],
    "updated_at": [(_c.updated_at, False), (_c.id, False)],
    "-created_at": [(_c.created_at, True), (_c.id, True)],
    "created_at": [(_c.created_at, False), (_c.id, False)],
}
"""Sort name → columns and whether each falls. `attention` and `active` make `active_first`."""


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


def add_connectors(tx: Tx, workspace_id: str, sid: int, connectors: Sequence[str]) -> None:
    """Note which connectors a session used, for the filter (S0-20)."""
    rows = [{"workspace_id": workspace_id, "connector": c, "sid": sid} for c in connectors]
    if rows:
        tx.write(insert(session_connectors), rows)


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


_FACETS: dict[str, ColumnElement[Any]] = {
    "agents": _c.agent_id,
    "channels": _c.channel,
    "kinds": _c.kind,
    "modes": _c.mode,
    "origins": _c.origin,
    "states": _c.state,
    "statuses": _c.status,
    "tones": _c.tone,
    "owners": _c.owner_id,
}
_MANY = (*_FACETS, "connectors")
_SEVERAL = 8


def _parts(chosen: Filter) -> list[Filter]:
    """Filters whose pages, merged, are the page: an index gives one value's rows in order."""
    if chosen.archived is not None:
        return _of_shelf(chosen)
    return [p for shelf in (False, True) for p in _of_shelf(replace(chosen, archived=shelf))]


def _of_shelf(chosen: Filter) -> list[Filter]:
    chosen = _by_state(chosen)
    several = [name for name in _FACETS if len(getattr(chosen, name)) > 1]
    if len(several) != 1 or len(getattr(chosen, several[0])) > _SEVERAL:
        return [chosen]
    values: Sequence[str] = getattr(chosen, several[0])
    return [replace(chosen, **{several[0]: (value,)}) for value in dict.fromkeys(values)]


def _by_state(chosen: Filter) -> Filter:
    """Ask for states in place of tones: a row's tone is that of its state, which has an index."""
    if not chosen.tones:
        return chosen
    archived = chosen.archived is True
    meant = [s for s in state.STATES if state.tone(s, archived=archived) in chosen.tones]
    if len(meant) == len(state.STATES):
        return replace(chosen, tones=())
    wanted = [s for s in meant if not chosen.states or s in chosen.states]
    return replace(chosen, tones=(), states=wanted or ("none",))


def _shape(chosen: Filter) -> Filter:
    """The filter without its values: what makes the statement."""
    return replace(
        chosen,
        **{name: ("",) * len(getattr(chosen, name)) for name in _MANY},
        parent_id=None if chosen.parent_id is None else "",
        times=tuple((name, op, 0) for name, op, _ in chosen.times),
    )


def _values(chosen: Filter) -> dict[str, Any]:
    """The values of a filter, by the names of the parameters that `_conditions` made."""
    found: dict[str, Any] = {"parent_id": chosen.parent_id}
    for name in _MANY:
        for number, value in enumerate(getattr(chosen, name)):
            found[f"{name}_{number}"] = value
    for number, (_, _, at) in enumerate(chosen.times):
        found[f"time_{number}"] = at
    return found


def _is_rare(connection: Connection, workspace_id: str, chosen: Filter, limit: int) -> bool:
    """Whether looking up all sessions of the connectors is less work than walking the list
    until `limit` of them came by: that reads `limit * sessions / holders` rows."""
    sessions_ = int(_NEWEST.rows(connection, {})[0][0] or 0)
    bound = isqrt(limit * sessions_) + 1
    values = {"workspace_id": workspace_id, "bound": bound, **_values(chosen)}
    return len(_holders(len(chosen.connectors)).rows(connection, values)) < bound


_NEWEST = Asked(select(func.max(sessions.c.sid)))


@lru_cache(maxsize=16)
def _holders(connectors: int) -> Asked:
    query = select(session_connectors.c.sid).where(*_of_connectors(connectors))
    return Asked(query.limit(bindparam("bound", type_=sessions.c.sid.type)))


def _of_connectors(many: int) -> list[ColumnElement[bool]]:
    names: list[Any] = [bindparam(f"connectors_{number}") for number in range(many)]
    held = session_connectors.c
    return [held.workspace_id == bindparam("workspace_id"), held.connector.in_(names)]


@lru_cache(maxsize=256)
def _asked(sort: str, shape: Filter, goes_on: bool, rare: bool) -> Asked:
    """The statement of a page; the same shape gives the same one."""
    order = SORTS[sort]
    query = select(*(column for column, _ in order), _c.body).where(and_(*_conditions(shape, sort)))
    if goes_on:
        query = query.where(_beyond(order))
    if shape.connectors:
        owned = _of_connectors(len(shape.connectors))
        held = session_connectors.c.sid
        if rare:  # as a join: SQLite would walk the list for `IN` all the same
            few = select(held).where(*owned).distinct().subquery()
            query = query.join(few, few.c.sid == _c.sid)
        else:
            query = query.where(exists().where(*owned, held == _c.sid))
    query = query.order_by(*(c.desc() if down else c.asc() for c, down in order))
    return Asked(query.limit(bindparam("row_limit", type_=_c.pos.type)))


def _conditions(chosen: Filter, sort: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [_c.workspace_id == bindparam("workspace_id")]
    found.append(_c.shelf == (ARCHIVED if chosen.archived else LISTED))
    if chosen.parent_id is not None:
        found.append(_c.parent_id == bindparam("parent_id"))
    elif not chosen.include_children:
        found.append(_c.child.is_(False))
    else:
        found.append(_c.child.in_((false(), true())))
    for name, column in _FACETS.items():
        values: Sequence[str] = getattr(chosen, name)
        binds: list[Any] = [bindparam(f"{name}_{number}") for number in range(len(values))]
        if binds:
            found.append(column == binds[0] if len(binds) == 1 else column.in_(binds))
    if chosen.attention is not None or sort == "attention":
        wanted = chosen.attention is not False
        found.append(_c.attention_since.is_not(None) if wanted else _c.attention_since.is_(None))
    if chosen.active is not None:
        found.append(_c.active.is_(chosen.active))
    for number, (name, op, _) in enumerate(chosen.times):
        found.append(_compare(_c[name], op, bindparam(f"time_{number}")))
    return found


def _beyond(order: list[tuple[ColumnElement[Any], bool]]) -> Any:
    """Rows behind the last one seen; all columns fall or all rise."""
    columns = tuple_(*(column for column, _ in order))
    last = tuple_(*(bindparam(f"after_{n}", type_=c.type) for n, (c, _) in enumerate(order)))
    return columns < last if order[0][1] else columns > last


def _compare(column: Any, op: str, at: Any) -> Any:
    return {"gt": column > at, "gte": column >= at, "lt": column < at, "lte": column <= at}[op]


def _row(row: Any) -> Row:
    return Row(row[0], row[1], row[2], row[3], tuple(row[4:]))
