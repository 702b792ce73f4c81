"""The log's table: append, read, erase. Importable by the journal alone (contract 3)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, delete, func, insert, select, update

from hansard.store.base import Asked, Hot, Tx
from hansard.store.hint import unindexed
from hansard.store.tables import counters, events, sessions, workspaces

COLUMNS = (
    "workspace_id",
    "pos",
    "sid",
    "seq",
    "id",
    "type",
    "thread",
    "segment",
    "turn",
    "v",
    "actor",
    "created_at",
    "recorded_at",
    "processed_at",
    "salt",
    "hash",
    "payload",
)
_INSERT = Hot(
    insert(events).values({name: bindparam(name) for name in COLUMNS}),
    COLUMNS,
)
WHOLE = tuple(column.name for column in events.columns)
_RESTORE = Hot(insert(events).values({name: bindparam(name) for name in WHOLE}), WHOLE)
_READ = [events.c[name] for name in (*COLUMNS, "content_hash")]  # the fields of `Stored`


@dataclass(frozen=True, slots=True)
class Stored:
    """A row of the log as it lies there; `id` and `turn` are 16 bytes."""

    workspace_id: str
    pos: int
    sid: int
    seq: int
    id: bytes
    type: str
    thread: str | None
    segment: int
    turn: bytes | None
    v: int
    actor: str
    created_at: int
    recorded_at: int
    processed_at: int | None
    salt: bytes | None
    hash: bytes
    payload: bytes | None
    content_hash: bytes | None
    session_id: str = ""


def append(tx: Tx, rows: list[tuple[Any, ...]]) -> None:
    """Insert rows of `COLUMNS`, in the order of their `pos`."""
    tx.many(_INSERT, rows)


def restore(tx: Tx, rows: list[tuple[Any, ...]]) -> None:
    """Insert rows of `WHOLE`, as they were elsewhere."""
    tx.many(_RESTORE, rows)


def raise_pos(tx: Tx, workspace_id: str, by: int) -> int:
    """Take `by` cursors of a workspace; the first of them. Locks the counter until commit."""
    statement = (
        update(counters)
        .where(counters.c.workspace_id == workspace_id)
        .values(pos=counters.c.pos + by)
        .returning(counters.c.pos)
    )
    return int(tx.write(statement).scalar_one()) - by + 1


def top_pos(connection: Connection, workspace_id: str) -> int:
    """The highest cursor of a workspace: the last one taken lies on a session row."""
    found = _TOP.rows(connection, {"of_workspace": workspace_id})
    return int(found[0][0] or 0)


_TOP = Asked(
    select(func.max(sessions.c.pos)).where(sessions.c.workspace_id == bindparam("of_workspace"))
)


def highest_pos(connection: Connection) -> int:
    """The highest cursor of all workspaces: SQLite counts once for the file, in its one writer."""
    everywhere = select(workspaces.c.workspace_id)
    tops = [top_pos(connection, name) for name in connection.execute(everywhere).scalars()]
    return max(tops, default=0)


def known(
    connection: Connection, workspace_id: str, ids: Sequence[bytes]
) -> dict[bytes, tuple[str, int]]:
    """Which of these event ids exist: id → (session id, seq)."""
    found: dict[bytes, tuple[str, int]] = {}
    for start in range(0, len(ids), 500):
        query = (
            select(events.c.id, sessions.c.id, events.c.seq)
            .join(sessions, sessions.c.sid == events.c.sid)
            .where(events.c.workspace_id == workspace_id, events.c.id.in_(ids[start : start + 500]))
        )
        found.update({row[0]: (row[1], row[2]) for row in connection.execute(query)})
    return found


def by_id(connection: Connection, workspace_id: str, event_id: bytes) -> Stored | None:
    """One event by its id."""
    query = select(*_READ).where(events.c.workspace_id == workspace_id, events.c.id == event_id)
    return next(_rows(connection, query), None)


def count(
    connection: Connection, workspace_id: str, sid: int, types: Sequence[str], after: int
) -> int:
    """How many events of some types a session has after a seq."""
    query = (
        select(func.count())
        .select_from(events)
        .where(
            events.c.workspace_id == workspace_id,
            events.c.sid == sid,
            events.c.seq > after,
            events.c.type.in_(types),
        )
    )
    return int(connection.execute(query).scalar_one())


def of_session(
    connection: Connection,
    workspace_id: str,
    sid: int,
    *,
    after: int | None = None,
    before: int | None = None,
    types: Sequence[str] | None = None,
    created: Sequence[tuple[str, int]] = (),
    descending: bool = False,
    limit: int = 1000,
    offset: int = 0,
) -> list[Stored]:
    """Events of a session by `seq`, between cursors (exclusive), newest or oldest first."""
    conditions = [events.c.workspace_id == workspace_id, events.c.sid == sid]
    if after is not None:
        conditions.append(events.c.seq > after)
    if before is not None:
        conditions.append(events.c.seq < before)
    if types is not None:
        conditions.append(events.c.type.in_(types))
    conditions.extend(_compare(events.c.processed_at, op, at) for op, at in created)
    order = events.c.seq.desc() if descending else events.c.seq.asc()
    query = select(*_READ).where(and_(*conditions)).order_by(order).limit(limit)
    if offset:
        query = query.offset(offset)
    return list(_rows(connection, query))


def every(
    connection: Connection, workspace_id: str, sid: int, batch: int = 500
) -> Iterator[list[Stored]]:
    """All events of a session, oldest first, some at a time."""
    cursor = 0
    while some := of_session(connection, workspace_id, sid, after=cursor, limit=batch):
        yield some
        cursor = some[-1].seq


def after_pos(
    connection: Connection, workspace_id: str, pos: int, limit: int, sids: Sequence[int] = ()
) -> list[Stored]:
    """Events of a workspace after a cursor, with their session ids; of some sessions only."""
    query = (
        select(*_READ, sessions.c.id.label("session_id"))
        .join(sessions, sessions.c.sid == events.c.sid)
        .where(unindexed(events.c.workspace_id) == workspace_id, events.c.pos > pos)
        .order_by(events.c.pos)
        .limit(limit)
    )
    if sids:
        query = query.where(events.c.sid.in_(sids))
    return list(_rows(connection, query))


def at_pos(connection: Connection, workspace_id: str, places: Sequence[int]) -> list[Stored]:
    """Events by their cursors, the newest first, with their session ids."""
    query = (
        select(*_READ, sessions.c.id.label("session_id"))
        .join(sessions, sessions.c.sid == events.c.sid)
        .where(unindexed(events.c.workspace_id) == workspace_id, events.c.pos.in_(places))
        .order_by(events.c.pos.desc())
    )
    return list(_rows(connection, query))


def stamp(tx: Tx, workspace_id: str, sid: int, ids: Sequence[bytes], at: int) -> list[int]:
    """Stamp a session's waiting inputs as taken up, once; their seqs.

    The column is outside the hash. It lies after `created_at`, always: that an input waited
    can be seen in it ever after.
    """
    later = case((events.c.created_at >= at, events.c.created_at + 1), else_=at)
    statement = (
        update(events)
        .where(
            events.c.workspace_id == workspace_id,
            events.c.sid == sid,
            events.c.id.in_(ids),
            events.c.processed_at.is_(None),
        )
        .values(processed_at=later)
        .returning(events.c.seq)
    )
    return list(tx.write(statement).scalars())


def drop_payloads(
    tx: Tx, found: Sequence[Stored], content_hash: Callable[[bytes, bytes], bytes]
) -> None:
    """Drop payloads and salts of events; `content_hash(salt, payload)` is what stays of them."""
    rows = [
        {
            "of_sid": s.sid,
            "of_seq": s.seq,
            "kept_hash": s.content_hash or content_hash(s.salt, s.payload),
        }
        for s in found
        if s.payload is not None and s.salt is not None
    ]
    if rows:
        statement = (
            update(events)
            .where(events.c.sid == bindparam("of_sid"), events.c.seq == bindparam("of_seq"))
            .values(payload=None, salt=None, content_hash=bindparam("kept_hash"))
        )
        tx.write(statement, rows)


def rewrite(tx: Tx, stored: Stored, salt: bytes, payload: bytes, content_hash: bytes) -> bool:
    """Give an event another payload and salt; `content_hash` is what the chain goes on over.

    Returns:
        False when its content is not what was read: somebody erased or rewrote it meanwhile.
    """
    statement = (
        update(events)
        .where(
            events.c.workspace_id == stored.workspace_id,
            events.c.sid == stored.sid,
            events.c.seq == stored.seq,
            events.c.salt == stored.salt,
        )
        .values(salt=salt, payload=payload, content_hash=content_hash)
        .returning(events.c.seq)
    )
    return tx.write(statement).first() is not None


def erase(tx: Tx, workspace_id: str, sid: int) -> int:
    """Drop every event row of a session; how many there were."""
    of_session = (events.c.workspace_id == workspace_id, events.c.sid == sid)
    count = tx.read(select(func.count()).select_from(events).where(*of_session)).scalar_one()
    tx.write(delete(events).where(*of_session))
    return int(count)


def _compare(column: Any, op: str, at: int) -> Any:
    return {
        "gt": column > at,
        "gte": column >= at,
        "lt": column < at,
        "lte": column <= at,
    }[op]


def _rows(connection: Connection, query: Any) -> Iterator[Stored]:
    for row in connection.execute(query):
        yield Stored(*row)
