"""What both databases share: a writer thread over one connection, and readers."""

import asyncio
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine

from hansard.store.base import Keys, Tx
from hansard.store.notify import Notify
from hansard.store.writer import Ticket, Writer

T = TypeVar("T")


class EngineStore:
    """A store on SQLAlchemy engines; the dialect files add what differs.

    Args:
        name: the dialect.
        readers: the engine that reads.
        write_connection: the one connection that writes.
    """

    exclusive = False

    def __init__(self, name: str, readers: Engine, write_connection: Connection) -> None:
        self.name = name
        self.notify = Notify()
        self.readers = readers
        self._connection = write_connection
        self.writer = Writer(self._begin, self._idle, self._collided)

    def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query on a reader connection; blocks, so call it from a thread."""
        with self.readers.connect() as connection:
            return query(connection)

    def submit(self, job: Callable[[Tx], T], size: int = 1, keys: Keys = ()) -> "Future[T]":
        """Hand a job to the writer; the future resolves after the commit is durable."""
        future: Future[T] = Future()
        self.writer.put(Ticket(job, size, keys, future, None))
        return future

    async def write(self, job: Callable[[Tx], T], size: int = 1, keys: Keys = ()) -> T:
        """`submit`, awaited on the running loop."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self.writer.put(Ticket(job, size, keys, future, loop))
        return await future

    def announce(self, tx: Tx, workspace_id: str) -> None:
        """Tell other processes about a commit; one process alone has nobody to tell."""

    def check(self) -> list[str]:
        """Look for damage; an empty list means that none was found."""
        return []

    def close(self) -> None:
        """Finish what is queued and let go of the database."""
        self.writer.close()
        self.readers.dispose()
        self._connection.close()
        self._connection.engine.dispose()

    @contextmanager
    def _begin(self) -> Generator[Tx]:
        with self._connection.begin():
            yield Tx(self._connection)

    def _idle(self) -> bool:
        """Nothing is queued; False asks to be called again soon."""
        return True

    def _collided(self, problem: BaseException) -> bool:
        """Whether an error came from another process that wrote at the same moment."""
        return False

    def alone(self, tx: Tx) -> None:
        """Keep other processes out of the schema until the commit."""

    def analyze(self, tx: Tx, tables: Sequence[str]) -> None:
        """Nothing: the planner of SQLite takes an index without counting."""
