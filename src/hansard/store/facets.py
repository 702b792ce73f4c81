"""How many sessions each value of a facet would show: by index, never further than asked.

Values are found by skipping through an index, one seek each, and counted below in the same
statement; a count stops as soon as it is enough to say "1,000 and more".
"""

import operator
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Subquery, and_, bindparam, case, func, select

from hansard.domain import mix
from hansard.domain.mix import Mix
from hansard.store import candidates, caps, filters, skips
from hansard.store.base import Asked
from hansard.store.filters import AXES, Filter, Lanes, Subject
from hansard.store.tables import session_connectors, session_marks, sessions

MOST_VALUES = 200
NARROW = 2_000
"""So many candidates are read for exact counts: no index counts what marks and costs narrow."""
_READ = ("agents", "owners", "connectors")
"""Filters over what `few` reads anyway."""
_s = sessions.c
_ROW = (_s.sid, _s.mix, _s.agent_id, _s.owner_id, _s.created_at, _s.updated_at)


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
    tags: tuple[str, ...]


def mixes(lanes: Lanes, chosen: Filter, most: int) -> list[tuple[int, Mix, Counted]]:
    """(shelf, mix, count) of all that a filter finds when its axes are left out."""
    open_ = replace(chosen, tones=(), **dict.fromkeys(AXES, ()))
    subject = open_.subject
    values: Sequence[str | None] = (None,)
    if subject is not None and not filters.repeats(open_, subject):
        values = getattr(open_, subject)
    asked = _by_mix(filters.shape_of(open_), subject)
    found: list[tuple[int, Mix, Counted]] = []
    for shelf in open_.shelves:
        for child in open_.generations:
            for value in dict.fromkeys(values):
                given = _given(lanes, open_, most, shelf, child)
                for row in asked.rows(lanes.connection, {**given, "subject": value}):
                    found.append((shelf, mix.unpack(row[0]), Counted(*caps.told(row[1], most))))
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
                found[row[0]] = plus(before, Counted(*caps.told(row[1], most)), most)
    few = dict(list(found.items())[:MOST_VALUES])
    return few, len(found) > len(few)


def plus(one: Counted, other: Counted, most: int) -> Counted:
    """Two counts as one."""
    count = one.count + other.count
    return Counted(min(count, most), one.more or other.more or count > most)


def few(lanes: Lanes, chosen: Filter, most: int) -> list[Few]:
    """The sessions of a filter that has few, its axes and subjects left out; at most `most`."""
    bare = _bare(chosen)
    if bare.attention:  # else the index of the span would be walked for them
        bare = replace(bare, times=())
    rows = _rows(lanes, bare, most)
    fitting = [row for row in rows if all(_meets(row[4:], span) for span in chosen.times)]
    sids = [row[0] for row in fitting]
    used = _connectors(lanes.connection, lanes.workspace_id, sids)
    tagged = _tags(lanes.connection, lanes.workspace_id, sids)
    return [
        Few(
            row[6],
            mix.unpack(row[1]),
            row[2],
            row[3],
            tuple(used.get(row[0], ())),
            tuple(tagged.get(row[0], ())),
        )
        for row in fitting
    ]


def _bare(chosen: Filter) -> Filter:
    """A filter without what is counted or read anyway."""
    return replace(chosen, tones=(), **dict.fromkeys((*AXES, *_READ), ()))


def is_narrow(lanes: Lanes, chosen: Filter) -> bool:
    """Whether a filter over what follows the rows finds few, which are read sooner than counted."""
    if not chosen.by_figures:
        return False
    bare = _bare(chosen)
    places = [(shelf, child) for shelf in bare.shelves for child in bare.generations]
    return all(candidates.best(lanes, bare, place, NARROW) for place in places)


def tags(lanes: Lanes, chosen: Filter, most: int) -> tuple[dict[str, Counted], bool]:
    """Counts by tag, the filter of tags left out; and whether there are more tags."""
    open_ = replace(chosen, tags=())
    asked = _by_tag(filters.shape_of(open_), not _asks(open_))
    found: dict[str, Counted] = {}
    for shelf in open_.shelves:
        for child in open_.generations:
            given = _given(lanes, open_, most, shelf, child)
            for row in asked.rows(lanes.connection, {**given, "shelf_0": shelf, "child_0": child}):
                before = found.get(row[0], Counted(0, False))
                found[row[0]] = plus(before, Counted(*caps.told(row[1], most)), most)
    few = dict(sorted(found.items())[:MOST_VALUES])
    return few, len(found) > len(few)


def _asks(chosen: Filter) -> bool:
    """Whether a filter asks for more than a shelf."""
    bare = Filter(archived=chosen.archived, include_children=chosen.include_children)
    return filters.shape_of(chosen) != bare


def _rows(lanes: Lanes, bare: Filter, most: int) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    asked = _read(filters.shape_of(bare))
    for shelf in bare.shelves:
        for child in (False,) if bare.parent_id is not None else bare.generations:
            place = (shelf, child)
            source = bare.by_figures and candidates.best(lanes, bare, place, candidates.GATHERED)
            if source:
                near = candidates.read(lanes, bare, place, source, _ROW, most)
                found += [(*row, shelf) for row in near]
                continue
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
        **caps.bounds(most, chosen.connectors),
    }


@lru_cache(maxsize=128)
def _by_mix(shape: Filter, subject: Subject | None) -> Asked:
    where, column = filters.stretch(subject), filters.columns_of(subject).mix
    if filters.repeats(shape, subject):
        used, names = session_connectors.c.connector, _used(shape)
        found = skips.values_below(column, used, names, where, filters.MOST_MIXES).subquery()
        where.append(used.in_(names))
    else:
        if subject is not None:
            where.append(filters.LEADS[subject] == bindparam("subject"))
        most = filters.MOST_MIXES if subject is None else MOST_VALUES + 1
        found = skips.values(column, where, most).subquery()
    return _counting(found, [*where, column == found.c.value], shape, subject)


@lru_cache(maxsize=128)
def _by_value(shape: Filter, subject: Subject, fitting: int) -> Asked:
    held = filters.columns_of(subject)
    among: list[ColumnElement[bool]] = []
    if fitting:
        names: list[Any] = [bindparam(f"among_{n}") for n in range(fitting)]
        among.append(held.mix.in_(names))
    column, where = filters.LEADS[subject], filters.stretch(subject)
    found = skips.values(column, where, MOST_VALUES + 1).subquery()
    return _counting(found, [*where, column == found.c.value, *among], shape, subject)


@lru_cache(maxsize=64)
def _grouped(shape: Filter, subject: Subject, fitting: int) -> Asked:
    """Agents or owners of the sessions that used a connector, read in its own index once."""
    held = session_connectors.c
    where = [*filters.stretch("connectors"), held.connector.in_(_used(shape))]
    if fitting:
        names: list[Any] = [bindparam(f"among_{n}") for n in range(fitting)]
        where.append(held.mix.in_(names))
    where += filters.beside(shape, "connectors", mixed=True)
    lead = filters.LEADS[subject]
    value = held.get(lead.key or "", lead)
    query = select(value.label("value"), held.sid).where(*where)
    if value is lead or filters.needs_row(shape):
        query = query.join(sessions, _s.sid == held.sid)
    rows = query.limit(caps.ENTRIES).subquery()
    once = len(shape.connectors) == 1
    count: Any = func.count() if once else func.count(rows.c.sid.distinct())
    read = select(func.count()).select_from(rows).scalar_subquery()
    told = count + caps.cut(read >= caps.ENTRIES)
    query = select(rows.c.value, told).where(rows.c.value.is_not(None)).group_by(rows.c.value)
    return Asked(query.order_by(rows.c.value).limit(MOST_VALUES + 1))


def _used(shape: Filter) -> list[Any]:
    return [bindparam(f"connectors_{n}") for n in range(len(shape.connectors))]


def _counting(
    found: Subquery, where: list[ColumnElement[bool]], shape: Filter, subject: Subject | None
) -> Asked:
    """Each of the values found with what lies below it."""
    rows = filters.in_stretch(shape, subject, where, mixed=True).correlate(found)
    inner = filters.counted(rows, shape, subject)
    return Asked(select(found.c.value, inner.scalar_subquery()))


@lru_cache(maxsize=64)
def _by_tag(shape: Filter, plain: bool) -> Asked:
    """Each tag with what has it; the marks alone answer where nothing else is asked."""
    m = session_marks.c
    where = [m.workspace_id == bindparam("workspace_id"), m.axis == "tag"]
    found = skips.values(m.value, where, MOST_VALUES + 1).subquery()
    below = [*where, m.value == found.c.value]
    here = [m.shelf == bindparam("shelf_0"), m.child == bindparam("child_0")]
    if plain:
        rows = select(m.sid).where(*below, *here)
    else:
        hit: Any = case((and_(*filters.walked(shape)), 1), else_=0)
        joined = candidates.Outer(session_marks, sessions, _s.sid == m.sid)
        rows = select(hit.label("hit")).select_from(joined).where(*below, *here)
    bound = bindparam("most" if plain else "scanned", type_=_s.pos.type)
    read = rows.correlate(found).limit(bound).subquery()
    told: Any = func.count()
    if not plain:
        cut = caps.cut(func.count() >= caps.SCANNED)
        told = func.coalesce(func.sum(read.c.hit), 0) + cut
    return Asked(select(found.c.value, select(told).select_from(read).scalar_subquery()))


_OPS = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


def _meets(times: Sequence[int], span: tuple[str, str, int]) -> bool:
    name, op, at = span
    return _OPS[op](times[name == "updated_at"], at)


@lru_cache(maxsize=32)
def _read(shape: Filter) -> Asked:
    query: Any = select(*_ROW).where(*filters.walked(shape))
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


def _tags(connection: Connection, workspace_id: str, sids: Sequence[int]) -> dict[int, list[str]]:
    m = session_marks.c
    query = select(m.sid, m.value).where(
        m.workspace_id == workspace_id, m.axis == "tag", m.sid.in_(sids)
    )
    found: dict[int, list[str]] = {}
    for sid, tag in connection.execute(query.order_by(m.value)):
        found.setdefault(sid, []).append(tag)
    return found
