"""The store's interface: reads, and jobs that one writer runs in grouped transactions."""

from collections.abc import Callable, Mapping, Sequence
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
        self.erases = False

    def part(self, key: object, make: Callable[[], Part]) -> Part:
        """The collecting part of a room, made on first use in this group."""
        found = self.parts.get(key)
        if found is None:
            found = self.parts[key] = make()
        return found

    def wrote(self) -> None:
        """Say that this job changed something."""
        self.writes += 1

    def erased(self) -> None:
        """Say that this job took content away for good: no byte of it may stay (P11)."""
        self.wrote()
        self.erases = True

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
        sql, names, _ = _positional(self._statement, dialect)
        if names != self._names:
            raise AssertionError(f"row order is {names}")
        return sql


class Asked:
    """A Core query compiled once and read by a direct cursor.

    For a page of fifty rows, making the statement again and the library's row objects cost
    ten times what the database does (docs/benchmarks.md).

    Args:
        query: a select with bind parameters; its columns come as the driver gives them.
    """

    def __init__(self, query: ClauseElement) -> None:
        self._query = query
        self._compiled: dict[str, tuple[str, tuple[str, ...], dict[str, Any]]] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """All rows; `values` hold plain driver values by the names of the parameters."""
        dialect = connection.dialect
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _positional(self._query, dialect)
        sql, names, literals = found
        cursor = connection.connection.cursor()
        try:
            cursor.execute(sql, [values[n] if n in values else literals[n] for n in names])
            return cursor.fetchall()  # pyright: ignore[reportReturnType]
        finally:
            cursor.close()


def _positional(
    statement: ClauseElement, dialect: Dialect
) -> tuple[str, tuple[str, ...], dict[str, Any]]:
    """SQL with numbered places, the parameter of each place, and those with a fixed value."""
    style = "qmark" if dialect.name == "sqlite" else "format"
    positional = type(dialect).__mro__[1](paramstyle=style)
    compiled = statement.compile(dialect=positional)
    places: tuple[str, ...] = tuple(compiled.positiontup or ())  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType, reportUnknownVariableType]
    fixed: dict[str, Any] = {**(compiled.params or {})}
    return compiled.string, places, fixed


class Readable(Protocol):
    """A database that can be read: a store, or a backup that nobody has open."""

    def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query on a reader connection; blocks, so call it from a thread."""
        ...


class Store(Readable, Protocol):
    """A database that holds the log and its folds; SQLite or PostgreSQL.

    Attributes:
        name: ``sqlite`` or ``postgresql``.
        exclusive: True when this process alone writes, so that heads may be cached.
        notify: wake-ups after commits.
    """

    name: str
    exclusive: bool
    notify: Notify

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

    def analyze(self, tx: Tx, tables: Sequence[str]) -> None:
        """Count tables that were just filled, where the planner would only look at them later."""
        ...

    def check(self) -> list[str]:
        """Look for damage; an empty list means that none was found."""
        ...

    def close(self) -> None:
        """Finish what is queued, mark the stop as clean, let go of the database."""
        ...
