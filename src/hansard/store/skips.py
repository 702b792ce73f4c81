"""The different values of an index column, one seek each, however many rows share a value."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Text, cast, func, select, union_all


def values(
    column: ColumnElement[Any], where: Sequence[ColumnElement[bool]], limit: int
) -> Select[Any]:
    """The different values of an index column."""
    first = select(func.min(column).label("value")).where(*where)
    found = first.cte("found", recursive=True)
    higher = select(func.min(column)).where(*where, column > found.c.value).scalar_subquery()
    rest = select(higher).where(found.c.value.is_not(None))
    found = found.union_all(rest)
    return select(found.c.value).where(found.c.value.is_not(None)).limit(limit)


def values_below(
    column: ColumnElement[Any],
    lead: Column[Any],
    leads: Sequence[Any],
    where: Sequence[ColumnElement[bool]],
    limit: int,
) -> Select[Any]:
    """The different values that an index column has below any of some values of the one before."""
    heads = union_all(*(_head(column, lead, value, where) for value in leads)).subquery()
    found = select(heads.c.lead, heads.c.value).cte("found", recursive=True)
    here = [*where, lead == found.c.lead, column > found.c.value]
    higher = select(func.min(column)).where(*here).scalar_subquery()
    rest = select(found.c.lead, higher).where(found.c.value.is_not(None))
    found = found.union_all(rest)
    return select(found.c.value).where(found.c.value.is_not(None)).distinct().limit(limit)


def _head(
    column: ColumnElement[Any], lead: Column[Any], value: Any, where: Sequence[ColumnElement[bool]]
) -> Select[Any, Any]:
    lowest = select(func.min(column)).where(*where, lead == value).scalar_subquery()
    return select(cast(value, Text).label("lead"), lowest.label("value"))
