"""How many sessions each value of a facet would show: by index, never further than asked.

Values are found by skipping through an index, one seek each, and counted below in the same
statement; a count stops as soon as it is enough to say "1,000 and more".
"""

import operator
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, case, func, select

from hansard.domain import mix
from hansard.domain.mix import Mix
from hansard.store import filters
from hansard.store.base import Asked
from hansard.store.filters import AXES, SCANNED, Filter, Lanes, Subject
from hansard.store.tables import session_connectors, sessions

MOST_VALUES = 200
_GROUPED = 20_000
"""Entries of a connector's index that are counted by agent or owner."""
_READ = ("agents", "owners", "connectors")
"""Filters over what `few` reads anyway."""
_s = sessions.c


@dataclass(frozen=True, slots=True)
class Counted:
    """How many sessions something has; `more` when the counting stopped there."""

    count: int
    more: bool


@dataclass(frozen=True, slots=True)
class Few:
    """One of few sessions: what it is counted under."""

    shelf: int
    mix: Mix
    agent: str
    owner: str | None
    connectors: tuple[str, ...]


def mixes(lanes: Lanes, chosen: Filter, most: int) -> list[tuple[int, Mix, Counted]]:
    """(shelf, mix, count) of all that a filter finds when its axes are left out."""
    open_ = replace(chosen, tones=(), **dict.fromkeys(AXES, ()))
    subject = open_.subject
    values: Sequence[str | None] = (None,) if subject is None else getattr(open_, subject)
    asked = _by_mix(filters.shape_of(open_), subject)
    found: list[tuple[int, Mix, Counted]] = []
    for shelf in open_.shelves:
        for child in open_.generations:
            for value in dict.fromkeys(values):
                given = _given(lanes, open_, most, shelf, child)
                for row in asked.rows(lanes.connection, {**given, "subject": value}):
                    found.append((shelf, mix.unpack(row[0]), Counted(*filters.told(row[1], most))))
    return found


def values(
    lanes: Lanes, chosen: Filter, subject: Subject, most: int
) -> tuple[dict[str, Counted], bool]:
    """Counts by agent, owner or connector, that filter left out; and whether values are missing.

    At most `MOST_VALUES` of them, in the order of their names.
    """
    open_: Filter = replace(chosen, **{subject: ()})
    found: dict[str, Counted] = {}
    for shelf in open_.shelves:
        for child in open_.generations:
            fitting: list[str] = []
            if open_.by_mix or open_.spans or open_.active is not None:
                held = lanes.mixes(None, shelf, child, None)
                fitting = [one.pack() for one in held if open_.takes(one, shelf)]
                if not fitting:
                    continue
            size = 1 << (len(fitting) - 1).bit_length() if fitting else 0
            by = _grouped if open_.connectors else _by_value
            asked = by(filters.shape_of(open_), subject, size)
            given = _given(lanes, open_, most, shelf, child)
            given |= {f"among_{n}": fitting[min(n, len(fitting) - 1)] for n in range(size)}
            for row in asked.rows(lanes.connection, given):
                before = found.get(row[0], Counted(0, False))
                found[row[0]] = plus(before, Counted(*filters.told(row[1], most)), most)
    few = dict(list(found.items())[:MOST_VALUES])
    return few, len(found) > len(few)


def plus(one: Counted, other: Counted, most: int) -> Counted:
    """Two counts as one."""
    count = one.count + other.count
    return Counted(min(count, most), one.more or other.more or count > most)


def few(lanes: Lanes, chosen: Filter, most: int) -> list[Few]:
    """The sessions of a filter that has few, its axes and subjects left out; at most `most`."""
    bare = replace(chosen, tones=(), **dict.fromkeys((*AXES, *_READ), ()))
    if bare.attention:  # else the index of the span would be walked for them
        bare = replace(bare, times=())
    rows = _rows(lanes, bare, most)
    fitting = [row for row in rows if all(_meets(row[4:], span) for span in chosen.times)]
    used = _connectors(lanes.connection, lanes.workspace_id, [row[0] for row in fitting])
    return [
        Few(row[6], mix.unpack(row[1]), row[2], row[3], tuple(used.get(row[0], ())))
        for row in fitting
    ]


def _rows(lanes: Lanes, bare: Filter, most: int) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    asked = _read(filters.shape_of(bare))
    for shelf in bare.shelves:
        for child in (False,) if bare.parent_id is not None else bare.generations:
            given = {"workspace_id": lanes.workspace_id, "most": most, "shelf_0": shelf}
            given |= {"child_0": child, **filters.values_of(bare)}
            found += [(*row, shelf) for row in asked.rows(lanes.connection, given)]
    return found


def _given(lanes: Lanes, chosen: Filter, most: int, shelf: int, child: bool) -> dict[str, Any]:
    return {
        **filters.values_of(chosen),
        "workspace_id": lanes.workspace_id,
        "shelf": shelf,
        "child": child,
        "most": most + 1,
        "scanned": SCANNED,
    }


@lru_cache(maxsize=128)
def _by_mix(shape: Filter, subject: Subject | None) -> Asked:
    where = filters.stretch(subject)
    if subject is not None:
        where.append(filters.lead(subject) == bindparam("subject"))
    return _skipping(filters.columns_of(subject).mix, where, [], shape, subject)


@lru_cache(maxsize=128)
def _by_value(shape: Filter, subject: Subject, fitting: int) -> Asked:
    held = filters.columns_of(subject)
    among: list[ColumnElement[bool]] = []
    if fitting:
        names: list[Any] = [bindparam(f"among_{n}") for n in range(fitting)]
        among.append(held.mix.in_(names))
    return _skipping(filters.lead(subject), filters.stretch(subject), among, shape, subject)


@lru_cache(maxsize=64)
def _grouped(shape: Filter, subject: Subject, fitting: int) -> Asked:
    """Agents or owners of the sessions that used a connector, read in its own index once."""
    held = session_connectors.c
    used: list[Any] = [bindparam(f"connectors_{n}") for n in range(len(shape.connectors))]
    where = [*filters.stretch("connectors"), held.connector.in_(used)]
    if fitting:
        names: list[Any] = [bindparam(f"among_{n}") for n in range(fitting)]
        where.append(held.mix.in_(names))
    where += filters.beside(shape, "connectors", mixed=True)
    lead = filters.lead(subject)
    value = held.get(lead.key or "", lead)
    query = select(value.label("value"), held.sid).where(*where)
    if value is lead or filters.needs_row(shape):
        query = query.join(sessions, _s.sid == held.sid)
    rows = query.limit(_GROUPED).subquery()
    once = len(shape.connectors) == 1
    count: Any = func.count() if once else func.count(rows.c.sid.distinct())
    read = select(func.count()).select_from(rows).scalar_subquery()
    told = count + case((read >= _GROUPED, filters.CUT), else_=0)
    query = select(rows.c.value, told).where(rows.c.value.is_not(None)).group_by(rows.c.value)
    return Asked(query.order_by(rows.c.value).limit(MOST_VALUES + 1))


def _skipping(
    column: ColumnElement[Any],
    where: list[ColumnElement[bool]],
    narrower: list[ColumnElement[bool]],
    shape: Filter,
    subject: Subject | None,
) -> Asked:
    """Each value of an index column with what lies below it."""
    most = filters.MOST_MIXES if subject is None else MOST_VALUES + 1
    found = filters.skips(column, where, most).subquery()
    below = [*where, column == found.c.value, *narrower]
    rows = filters.in_stretch(shape, subject, below, mixed=True).correlate(found)
    inner = filters.counted(rows, shape, subject)
    return Asked(select(found.c.value, inner.scalar_subquery()))


_OPS = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


def _meets(times: Sequence[int], span: tuple[str, str, int]) -> bool:
    name, op, at = span
    return _OPS[op](times[name == "updated_at"], at)


@lru_cache(maxsize=32)
def _read(shape: Filter) -> Asked:
    columns = (_s.sid, _s.mix, _s.agent_id, _s.owner_id, _s.created_at, _s.updated_at)
    query: Any = select(*columns).where(*filters.walked(shape))
    # The order is that of the index to take.
    query = query.order_by(_s.attention_since if shape.attention else _s.created_at.desc())
    return Asked(query.limit(bindparam("most", type_=_s.pos.type)))


def _connectors(
    connection: Connection, workspace_id: str, sids: Sequence[int]
) -> dict[int, list[str]]:
    c = session_connectors.c
    query = select(c.sid, c.connector).where(c.workspace_id == workspace_id, c.sid.in_(sids))
    found: dict[int, list[str]] = {}
    for sid, connector in connection.execute(query.order_by(c.connector)):
        found.setdefault(sid, []).append(connector)
    return found
