"""The store's interface: reads, and jobs that one writer runs in grouped transactions."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Protocol, TypeAlias, TypeVar

from sqlalchemy import Connection, Executable, Result
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.sql import ClauseElement

from hansard.store.notify import Notify

T = TypeVar("T")
Keys: TypeAlias = Sequence[tuple[str, str]]
"""(workspace, session) pairs that a job will change: a store with several writers locks the
keys of a whole group at once, in one order, so that two processes never wait for each other."""


class Part(Protocol):
    """Something that collects writes of a group and puts them down before the commit."""

    def flush(self, tx: "Tx") -> None:
        """Write what was collected; the transaction is still open."""
        ...

    def committed(self) -> None:
        """The group is durable: tell whom it concerns."""
        ...

    def rolled_back(self) -> None:
        """The group did not happen: forget what was cached."""
        ...


class Tx:
    """An open write transaction, shared by the jobs of one group.

    A job that fails before it wrote anything fails alone. A job that fails after it wrote
    takes the group back, and the writer runs the jobs of the group again one by one: a
    refused change never rolls back another.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.parts: dict[object, Part] = {}
        self.keys: Keys = ()
        self.writes = 0

    def part(self, key: object, make: Callable[[], Part]) -> Part:
        """The collecting part of a room, made on first use in this group."""
        found = self.parts.get(key)
        if found is None:
            found = self.parts[key] = make()
        return found

    def wrote(self) -> None:
        """Say that this job changed something."""
        self.writes += 1

    def read(self, statement: Executable, values: dict[str, Any] | None = None) -> Result[Any]:
        """Run a query inside the transaction."""
        return self.connection.execute(statement, values)

    def write(
        self, statement: Executable, values: dict[str, Any] | Sequence[dict[str, Any]] | None = None
    ) -> Result[Any]:
        """Run a changing statement."""
        self.writes += 1
        return self.connection.execute(statement, values)

    def many(self, statement: "Hot", rows: list[tuple[Any, ...]]) -> None:
        """Run a hot statement for many rows by the driver's own cursor."""
        if rows:
            self.writes += 1
            statement.run(self.connection, rows)


class Hot:
    """A Core statement compiled once and run by a direct cursor (stack.md, section 3).

    Args:
        statement: an insert or update with bind parameters.
        names: the parameters in the order of the row tuples.
    """

    def __init__(self, statement: ClauseElement, names: Sequence[str]) -> None:
        self._statement = statement
        self._names = tuple(names)
        self._sql: dict[str, str] = {}

    def run(self, connection: Connection, rows: list[tuple[Any, ...]]) -> None:
        """Execute for every row; rows hold plain driver values."""
        dialect = connection.dialect
        sql = self._sql.get(dialect.name)
        if sql is None:
            sql = self._sql[dialect.name] = self._compile(dialect)
        cursor = connection.connection.cursor()
        try:
            cursor.executemany(sql, rows)
        finally:
            cursor.close()

    def _compile(self, dialect: Dialect) -> str:
        style = "qmark" if dialect.name == "sqlite" else "format"
        positional = type(dialect).__mro__[1](paramstyle=style)
        compiled = self._statement.compile(dialect=positional)
        if tuple(compiled.positiontup or ()) != self._names:  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]
            raise AssertionError(f"row order is {compiled.positiontup}")  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
        return compiled.string


class Store(Protocol):
    """A database that holds the log and its folds; SQLite or PostgreSQL.

    Attributes:
        name: ``sqlite`` or ``postgresql``.
        exclusive: True when this process alone writes, so that heads may be cached.
        notify: wake-ups after commits.
    """

    name: str
    exclusive: bool
    notify: Notify

    def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query on a reader connection; blocks, so call it from a thread."""
        ...

    def submit(self, job: Callable[[Tx], T], size: int = 1, keys: Keys = ()) -> "Future[T]":
        """Hand a job to the writer; the future resolves after the commit is durable."""
        ...

    async def write(self, job: Callable[[Tx], T], size: int = 1, keys: Keys = ()) -> T:
        """`submit`, awaited on the running loop."""
        ...

    def announce(self, tx: Tx, workspace_id: str) -> None:
        """Tell other processes, with the commit, that a workspace changed."""
        ...

    def alone(self, tx: Tx) -> None:
        """Keep other processes out of the schema until the commit."""
        ...

    def check(self) -> list[str]:
        """Look for damage; an empty list means that none was found."""
        ...

    def close(self) -> None:
        """Finish what is queued, mark the stop as clean, let go of the database."""
        ...
