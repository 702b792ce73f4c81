"""Figures and marks of sessions, beside their rows: written by who follows the rows.

The rows are the truth. A figure is at most a second behind its row, and all can be read from the
rows again; the append does not know of them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, select, update

from hansard.domain import listing
from hansard.store import facts
from hansard.store.base import Hot, Tx
from hansard.store.tables import facts as noted
from hansard.store.tables import session_figures, session_marks, sessions

TABLES = (session_figures.name, session_marks.name)
_MANY = 2_000
_s, _f, _m = sessions.c, session_figures.c, session_marks.c
_FACT = "figures"
_PLACE = ("workspace_id", "shelf", "child")
_WHOLE = (*_PLACE, *listing.FIGURES)
_STEADY = ("title", "agent", "errors")
_MOVING = tuple(name for name in listing.FIGURES if name not in _STEADY)
"""What changes as a session goes on; a row of which nothing else changed leaves other indexes."""

Mark = tuple[str, str]
"""An axis and a value: `("tag", "nightly")`."""
Values = tuple[Any, ...]
"""The figures of a session in the order of `listing.FIGURES`."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A row that moved: what is to be read of it."""

    pos: int
    sid: int
    shelf: int
    child: bool
    body: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """What is kept of one session."""

    shelf: int
    child: bool
    values: Values
    marks: frozenset[Mark]


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of the entry of a session that had moved at `pos`; None takes it away."""

    pos: int
    sid: int
    old: Entry | None
    new: Entry | None


_INSERT = Hot(
    insert(session_figures).values({n: bindparam(n) for n in ("sid", *_WHOLE)}), ("sid", *_WHOLE)
)
_AT = _f.sid == bindparam("of_sid")
_UPDATE = Hot(
    update(session_figures).where(_AT).values({n: bindparam(n) for n in _WHOLE}),
    (*_WHOLE, "of_sid"),
)
_MOVE = Hot(
    update(session_figures).where(_AT).values({n: bindparam(n) for n in _MOVING}),
    (*_MOVING, "of_sid"),
)
_MARKED = ("workspace_id", "axis", "value", "sid", "shelf", "child")
_MARK = Hot(insert(session_marks).values({n: bindparam(n) for n in _MARKED}), _MARKED)


def read_to(connection: Connection, workspace_id: str) -> int:
    """Up to which cursor the rows of a workspace were read."""
    return int(facts.get(connection, _name(workspace_id)) or 0)


def moved(connection: Connection, workspace_id: str, after: int, limit: int) -> list[Moved]:
    """Rows whose cursor is above `after`, in its order."""
    return _rows(connection, workspace_id, _s.pos, after, limit)


def _rows(
    connection: Connection, workspace_id: str, by: ColumnElement[int], after: int, limit: int
) -> list[Moved]:
    query = select(_s.pos, _s.sid, _s.shelf, _s.child, _s.body)
    query = query.where(_s.workspace_id == workspace_id, by > after).order_by(by).limit(limit)
    return [Moved(r[0], r[1], r[2], bool(r[3]), r[4]) for r in connection.execute(query)]


def kept(connection: Connection, sids: Sequence[int]) -> dict[int, Entry]:
    """What is kept of sessions."""
    marks: dict[int, set[Mark]] = {}
    query = select(_m.sid, _m.axis, _m.value).where(_m.sid.in_(sids))
    for sid, axis, value in connection.execute(query):
        marks.setdefault(sid, set()).add((axis, value))
    columns = [_f.sid, _f.shelf, _f.child, *(_f[name] for name in listing.FIGURES)]
    rows: Any = connection.execute(select(*columns).where(_f.sid.in_(sids)))
    return {
        row[0]: Entry(row[1], bool(row[2]), tuple(row[3:]), frozenset(marks.get(row[0], ())))
        for row in rows
    }


def save(tx: Tx, workspace_id: str, changes: Sequence[Change], *, before: int, now: int) -> bool:
    """Write changes, and that the rows are read up to `now`.

    A session that moved meanwhile is passed over: it comes again.

    Returns:
        False when another process has gone on from `before` meanwhile: nothing was written.
    """
    query = select(noted.c.value).where(noted.c.name == _name(workspace_id)).with_for_update()
    if int(tx.read(query).scalar() or 0) != before:
        return False
    query = select(_s.sid, _s.pos).where(_s.sid.in_([change.sid for change in changes]))
    rows: Any = tx.read(query)
    at: dict[int, int] = {row[0]: row[1] for row in rows}
    _write(tx, workspace_id, [one for one in changes if at.get(one.sid) == one.pos])
    facts.put(tx, _name(workspace_id), str(now))
    return True


def forget(tx: Tx, workspace_id: str, sid: int) -> None:
    """Drop what is kept of a session (P11)."""
    tx.write(delete(session_figures).where(_f.workspace_id == workspace_id, _f.sid == sid))
    tx.write(delete(session_marks).where(_m.workspace_id == workspace_id, _m.sid == sid))


def is_of(connection: Connection, version: str) -> bool:
    """Whether the figures were read by this version."""
    return facts.get(connection, _FACT) == version


def fill(tx: Tx, version: str, read: Callable[[Moved], Entry | None]) -> int:
    """Read every row anew; how many there were. The indexes are made after.

    Args:
        version: of `read`, which gives what is to be kept of a row.
    """
    tx.wrote()
    indexes = [*session_figures.indexes, *session_marks.indexes]
    for index in indexes:
        index.drop(tx.connection)
    for table in (session_figures, session_marks):
        tx.write(delete(table))
    tx.write(delete(noted).where(noted.c.name.startswith(f"{_FACT}:", autoescape=True)))
    tops: dict[str, int] = {}
    many = 0
    for workspace_id, rows in _every(tx.connection):
        made = [Change(row.pos, row.sid, None, read(row)) for row in rows]
        _write(tx, workspace_id, made)
        tops[workspace_id] = max(tops.get(workspace_id, 0), *(row.pos for row in rows))
        many += len(rows)
    for index in indexes:
        index.create(tx.connection)
    for workspace_id, pos in tops.items():
        facts.put(tx, _name(workspace_id), str(pos))
    facts.put(tx, _FACT, version)
    return many


def _every(connection: Connection) -> Iterator[tuple[str, list[Moved]]]:
    for workspace_id in connection.execute(select(_s.workspace_id).distinct()).scalars().all():
        after = 0
        while found := _rows(connection, workspace_id, _s.sid, after, _MANY):
            yield workspace_id, found
            after = found[-1].sid


def _write(tx: Tx, workspace_id: str, changes: Sequence[Change]) -> None:
    """Write changes: entries that are new, that moved place, that only went on, that go."""
    new: list[tuple[Any, ...]] = []
    whole: list[tuple[Any, ...]] = []
    on: list[tuple[Any, ...]] = []
    unmarked: list[int] = []
    marked: list[tuple[Any, ...]] = []
    for change in changes:
        sid, old, entry = change.sid, change.old, change.new
        if entry is None:
            if old is not None:
                tx.erased()
                forget(tx, workspace_id, sid)
            continue
        if _lost_title(old, entry):
            tx.erased()
        place = (workspace_id, entry.shelf, entry.child)
        if old is None:
            new.append((sid, *place, *entry.values))
        elif _steady(old) != _steady(entry):
            whole.append((*place, *entry.values, sid))
        elif old.values != entry.values:
            on.append((*(_value(entry, name) for name in _MOVING), sid))
        if old is None or _marking(old) != _marking(entry):
            if old is not None and old.marks:
                unmarked.append(sid)
            marked += [(workspace_id, *mark, sid, *place[1:]) for mark in sorted(entry.marks)]
    tx.many(_INSERT, new)
    tx.many(_UPDATE, whole)
    tx.many(_MOVE, on)
    if unmarked:
        tx.write(delete(session_marks).where(_m.sid.in_(unmarked)))
    tx.many(_MARK, marked)


def _lost_title(old: Entry | None, new: Entry) -> bool:
    """A title goes when what a session held is erased: then no byte of it may stay (P11)."""
    before = _value(old, "title") if old is not None else ""
    return before not in ("", _value(new, "title"))


def _steady(entry: Entry) -> tuple[Any, ...]:
    return (entry.shelf, entry.child, *(_value(entry, name) for name in _STEADY))


def _marking(entry: Entry) -> tuple[Any, ...]:
    return (entry.shelf, entry.child, entry.marks)


def _value(entry: Entry, name: str) -> Any:
    return entry.values[listing.FIGURES.index(name)]


def _name(workspace_id: str) -> str:
    return f"{_FACT}:{workspace_id}"
