"""A hint to the planner that the databases do not share."""

from typing import Any, TypeVar

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.visitors import InternalTraversal

T = TypeVar("T")


class unindexed(ColumnElement[T]):
    """A column that SQLite must not look up by an index: there the log's own key comes first.

    SQLite prefers an equality over a range, and would sort a whole workspace to follow it from
    a cursor; PostgreSQL has an index over both.
    """

    _traverse_internals = [("column", InternalTraversal.dp_clauseelement)]  # noqa: RUF012 - SQLAlchemy's cache key reads this attribute

    def __init__(self, column: ColumnElement[T]) -> None:
        self.column = column
        self.type = column.type


@compiles(unindexed)
def _plain(element: Any, compiler: Any, **kwargs: Any) -> str:
    return compiler.process(element.column, **kwargs)


@compiles(unindexed, "sqlite")
def _hidden(element: Any, compiler: Any, **kwargs: Any) -> str:
    return f"+{compiler.process(element.column, **kwargs)}"
