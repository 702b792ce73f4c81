"""Pages of a list by a figure, or narrowed by one (S1-13).

Three ways lead to the same rows. A filter that finds few is answered from its candidates. Else the
index of the figure is walked and each session tested; and when that finds too few in a stretch of
the index, what the filter finds lies elsewhere, and is gathered and sorted after all.
"""

from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, bindparam, select, tuple_

from hansard.domain import listing
from hansard.store import candidates, filters
from hansard.store.base import Asked
from hansard.store.candidates import Order, Place
from hansard.store.filters import Filter, Lanes
from hansard.store.tables import session_figures, sessions

_STRETCH = 20_000
"""Entries of an index that are tested before it is asked where the sessions lie."""
_SORTED = 200_000
"""So many are gathered sooner than an index is walked to its end."""
_s, _f = sessions.c, session_figures.c

SORTS: dict[str, list[tuple[str, bool]]] = {
    f"{turned}{name}": [(name, bool(turned)), ("sid", bool(turned))]
    for name in listing.FIGURES
    for turned in ("-", "")
}
"""Sort name → columns and whether each falls."""

Found = list[tuple[tuple[Any, ...], bytes]]


def page(
    connection: Connection,
    workspace_id: str,
    chosen: Filter,
    order: Sequence[tuple[str, bool]],
    after: Sequence[Any] | None,
    limit: int,
) -> Found | None:
    """A page: (sort keys of the row, its bytes).

    None when the order is one of the list's own and its index should be walked.

    Args:
        order: of `SORTS`, or of the list's own.
        after: the keys of the last row already seen.
    """
    lanes = Lanes(connection, workspace_id)
    figure = order[-1][0] == "sid"
    columns: Order = [(_f[n] if figure else _s[n], falls) for n, falls in order]
    last = _last(order, after)
    below = chosen.parent_id is not None  # of its sub-agents nothing says that they are such
    children = (False,) if below else chosen.generations
    places = [(shelf, child) for shelf in chosen.shelves for child in children]
    found: Found = []
    for place in places:
        source = candidates.best(lanes, chosen, place, candidates.GATHERED)
        if source is not None:
            found += candidates.gathered(lanes, chosen, place, source, columns, last, limit)
        elif figure:
            found += _walk(lanes, chosen, place, columns, last, limit)
        else:
            return None
    if len(places) > 1:
        found.sort(key=itemgetter(0), reverse=order[0][1])
    return found[:limit]


def _last(order: Sequence[tuple[str, bool]], after: Sequence[Any] | None) -> list[Any] | None:
    if after is None:
        return None
    named = zip(order, after, strict=False)
    return [bool(value) if name == "active" else value for (name, _), value in named]


def _walk(
    lanes: Lanes,
    chosen: Filter,
    place: Place,
    order: Order,
    last: Sequence[Any] | None,
    limit: int,
) -> Found:
    """Walk the index of a figure on one shelf, to its end only where nothing is quicker."""
    given = {
        **filters.values_of(chosen),
        **candidates.keys(last),
        "workspace_id": lanes.workspace_id,
        "shelf_0": place[0],
        "child_0": place[1],
        "row_limit": limit,
    }
    shape, by, on = filters.shape_of(chosen), tuple(order), last is not None
    edge = _edge(by, on).rows(lanes.connection, {**given, "stretch": _STRETCH})
    if edge and chosen != Filter(archived=chosen.archived):
        ends = {"end_0": edge[0][0], "end_1": edge[0][1]}
        found = _rows(_walked(shape, by, on, True), lanes, {**given, **ends})
        if len(found) == limit:
            return found
        source = candidates.best(lanes, chosen, place, _SORTED)
        if source is not None:
            return candidates.gathered(lanes, chosen, place, source, order, last, limit)
    return _rows(_walked(shape, by, on, False), lanes, given)


def _rows(asked: Asked, lanes: Lanes, given: dict[str, Any]) -> Found:
    return [((row[0], row[1]), row[2]) for row in asked.rows(lanes.connection, given)]


@lru_cache(maxsize=64)
def _edge(order: tuple[Any, ...], goes_on: bool) -> Asked:
    """Where a stretch of the index ends; nothing when the index ends before."""
    columns = [column for column, _ in order]
    query = select(*columns).where(*_shelf())
    if goes_on:
        query = query.where(candidates.beyond(order))
    by = [column.desc() if falls else column.asc() for column, falls in order]
    return Asked(query.order_by(*by).limit(1).offset(bindparam("stretch", type_=_s.pos.type)))


@lru_cache(maxsize=256)
def _walked(shape: Filter, order: tuple[Any, ...], goes_on: bool, ends: bool) -> Asked:
    columns = [column for column, _ in order]
    joined = candidates.Outer(session_figures, sessions, _s.sid == _f.sid)
    query = select(*columns, _s.body).select_from(joined)
    query = query.where(*_shelf(), *filters.walked(shape))
    if goes_on:
        query = query.where(candidates.beyond(order))
    if ends:
        end = tuple_(*(bindparam(f"end_{n}", type_=c.type) for n, c in enumerate(columns)))
        here = tuple_(*columns)
        query = query.where(here >= end if order[0][1] else here <= end)
    return Asked(candidates.ordered(query, order))


def _shelf() -> list[Any]:
    return [
        _f.workspace_id == bindparam("workspace_id"),
        _f.shelf == bindparam("shelf_0"),
        _f.child == bindparam("child_0"),
    ]
