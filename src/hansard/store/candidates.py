"""The few sessions among which all that a filter finds must lie, by the index that knows fewest.

A filter that finds few is answered from there, whatever the order of the list: its candidates
are read, the other conditions tested, and the rest sorted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Join,
    bindparam,
    func,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.compiler import compiles

from hansard.store import filters
from hansard.store.base import Asked
from hansard.store.filters import MARKS, Filter, Lane, Lanes
from hansard.store.tables import session_figures, session_marks, sessions

GATHERED = 8_000
"""So many rows are sorted sooner than a list of a million is walked for a page of them."""
ALL = 1 << 60
_s, _f, _m = sessions.c, session_figures.c, session_marks.c

Order = Sequence[tuple[Column[Any], bool]]
"""Columns of a list's order and whether each falls; all fall or all rise."""
Place = tuple[int, bool]
"""A shelf, and whether sub-agents are asked for."""


class Outer(Join):
    """A join whose left side is read first.

    SQLite keeps no statistics here and would guess by the number of conditions; what lies on the
    left is the answer of an index that was chosen by counting.
    """

    inherit_cache = True


@compiles(Outer, "sqlite")
def _in_order(join: Any, compiler: Any, **kw: Any) -> str:
    side = {**kw, "asfrom": True}
    left, right = compiler.process(join.left, **side), compiler.process(join.right, **side)
    return f"{left} CROSS JOIN {right} ON {compiler.process(join.onclause)}"


@dataclass(frozen=True, slots=True)
class Source:
    """An index that knows candidates.

    Attributes:
        name: a filter that it answers, or ``lanes``.
        lanes: those of the list's own indexes, where they are the source.
    """

    name: str
    lanes: tuple[Lane, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the list's own indexes were asked, and hold nothing of it."""
        return self.name == "lanes" and not self.lanes

    @property
    def like(self) -> "Source":
        """The source without its values: what makes the statement."""
        return replace(self, lanes=tuple(lane.like for lane in self.lanes))


def best(lanes: Lanes, chosen: Filter, place: Place, most: int) -> Source | None:
    """The source of fewest candidates on a shelf; None when each has more than `most`.

    What lies below one session is always a source.
    """
    if chosen.parent_id is not None:
        return Source("parent_id")
    found = [
        (count(lanes, chosen, place, one, most), one) for one in _sources(lanes, chosen, place)
    ]
    least = min(found, key=lambda pair: pair[0], default=None)
    return least[1] if least is not None and least[0] <= most else None


def count(lanes: Lanes, chosen: Filter, place: Place, source: Source, most: int) -> int:
    """How many candidates a source has; it stops above `most`."""
    if source.is_empty:
        return 0
    asked = _counted(source.like, filters.shape_of(chosen))
    given = {**values(lanes, chosen, place, source), "most": most + 1}
    return int(asked.rows(lanes.connection, given)[0][0])


def gathered(
    lanes: Lanes,
    chosen: Filter,
    place: Place,
    source: Source,
    order: Order,
    after: Sequence[Any] | None,
    limit: int,
) -> list[tuple[tuple[Any, ...], bytes]]:
    """A page of what a filter finds among candidates: (sort keys, bytes of the row)."""
    if source.is_empty:
        return []
    asked = _gathered(source.like, filters.shape_of(chosen), tuple(order), after is not None)
    given = {**values(lanes, chosen, place, source), **keys(after), "most": ALL, "row_limit": limit}
    rows = asked.rows(lanes.connection, given)
    return [(row[: len(order)], row[len(order)]) for row in rows]


def read(
    lanes: Lanes,
    chosen: Filter,
    place: Place,
    source: Source,
    columns: Sequence[Column[Any]],
    most: int,
) -> list[tuple[Any, ...]]:
    """Columns of at most `most` sessions that a filter finds among candidates."""
    if source.is_empty:
        return []
    asked = _read(source.like, filters.shape_of(chosen), tuple(columns))
    given = {**values(lanes, chosen, place, source), "most": ALL, "row_limit": most}
    return asked.rows(lanes.connection, given)


def values(lanes: Lanes, chosen: Filter, place: Place, source: Source) -> dict[str, Any]:
    """The parameters of a filter on a shelf."""
    given = {**filters.values_of(chosen), "workspace_id": lanes.workspace_id}
    return {**given, "shelf_0": place[0], "child_0": place[1], **filters.lane_values(source.lanes)}


def keys(after: Sequence[Any] | None) -> dict[str, Any]:
    """The parameters of `beyond`."""
    return {f"after_{number}": value for number, value in enumerate(after or ())}


def beyond(order: Order) -> ColumnElement[bool]:
    """Rows behind the last one seen."""
    columns = [column for column, _ in order]
    last = tuple_(*(bindparam(f"after_{n}", type_=c.type) for n, c in enumerate(columns)))
    return tuple_(*columns) < last if order[0][1] else tuple_(*columns) > last


def ordered(query: Any, order: Order) -> Any:
    """A page in an order, of `row_limit` rows."""
    by = [column.desc() if falls else column.asc() for column, falls in order]
    return query.order_by(*by).limit(bindparam("row_limit", type_=_s.pos.type))


def _sources(lanes: Lanes, chosen: Filter, place: Place) -> Iterator[Source]:
    for name in MARKS:
        if getattr(chosen, name):
            yield Source(name)
    if chosen.cost_min is not None or chosen.cost_max is not None:
        yield Source("cost")
    if chosen.attention:
        yield Source("attention")
    if chosen.active:
        yield Source("active")
    for name in dict.fromkeys(column for column, _, _ in chosen.times):
        yield Source(name)
    if chosen.subject is not None or chosen.by_mix:
        shelf = {filters.LISTED: False, filters.ARCHIVED: True}[place[0]]
        here = replace(chosen, archived=shelf, include_children=place[1])
        found = lanes.of(here)
        if found is not None:
            among = [lane for lane in found if lane.child == place[1]]
            yield Source("lanes", tuple(filters.filled(among)) if among else ())


@lru_cache(maxsize=256)
def _counted(like: Source, shape: Filter) -> Asked:
    return Asked(select(func.count()).select_from(_near(like, shape)))


@lru_cache(maxsize=256)
def _gathered(like: Source, shape: Filter, order: tuple[Any, ...], goes_on: bool) -> Asked:
    joined: Any = _joined(like, shape)
    if any(column.table is session_figures for column, _ in order):
        joined = Outer(joined, session_figures, _f.sid == _s.sid)
    query = select(*(column for column, _ in order), _s.body).select_from(joined)
    query = query.where(*filters.walked(shape))
    if order[0][0] is _s.attention_since:
        query = query.where(_s.attention_since.is_not(None))
    if goes_on:
        query = query.where(beyond(order))
    return Asked(ordered(query, order))


@lru_cache(maxsize=64)
def _read(like: Source, shape: Filter, columns: tuple[Any, ...]) -> Asked:
    query = select(*columns).select_from(_joined(like, shape)).where(*filters.walked(shape))
    return Asked(query.limit(bindparam("row_limit", type_=_s.pos.type)))


def _joined(like: Source, shape: Filter) -> Any:
    near = _near(like, shape)
    return Outer(near, sessions, _s.sid == near.c.sid)


def _near(like: Source, shape: Filter) -> Any:
    """The candidates of a source, each once, `most` of them."""
    found = _entries(like, shape)
    return found.limit(bindparam("most", type_=_s.pos.type)).subquery("near")


def _entries(like: Source, shape: Filter) -> Any:
    name = like.name
    if name == "lanes":
        return _of_lanes(like, shape)
    if name in MARKS:
        found = select(_m.sid).where(*filters.marked(name, shape))
        return found.distinct() if len(getattr(shape, name)) > 1 else found
    here = _s.workspace_id == bindparam("workspace_id")
    if name == "parent_id":
        return select(_s.sid).where(here, _s.parent_id == bindparam("parent_id"))
    if name == "attention":
        return select(_s.sid).where(here, _s.attention_since.is_not(None))
    if name == "cost":
        place = [_f.workspace_id == bindparam("workspace_id"), _f.shelf == bindparam("shelf_0")]
        return select(_f.sid).where(*place, _f.child == bindparam("child_0"), *filters.costs(shape))
    if name == "active":
        return select(_s.sid).where(*filters.stretch(None, "_0"), _s.active.is_(True))
    return select(_s.sid).where(*filters.stretch(None, "_0"), *filters.spanning(shape, (name,)))


def _of_lanes(like: Source, shape: Filter) -> Any:
    subject = shape.subject
    sid = filters.columns_of(subject).sid.label("sid")
    branches = [
        select(sid).where(*filters.in_lane(lane, subject, number))
        for number, lane in enumerate(like.lanes)
    ]
    whole: Any = union_all(*branches).subquery() if len(branches) > 1 else None
    if whole is None:
        return branches[0]
    found = select(whole.c.sid)
    return found.distinct() if filters.is_by_connector(subject) else found
