"""SQLite: one process owns the file, one connection writes and checkpoints it.

SQLite before 3.51.3 can corrupt a WAL file when two connections write or checkpoint at the
same moment, so nothing but the writer's connection ever does either (reliability.md 0.1).
"""

import logging
import sqlite3
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool, StaticPool

from hansard.domain.errors import Corrupt, StorageFull
from hansard.store import lock
from hansard.store.base import Tx
from hansard.store.engine import EngineStore
from hansard.store.private import keep_private

T = TypeVar("T")
_LOG = logging.getLogger(__name__)
_BUSY_MS = 5_000
_CHECKPOINT_PAGES = 4_000
_CUT_MS = 50
_FULL = frozenset({sqlite3.SQLITE_FULL})
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class SqliteStore(EngineStore):
    """A database file, or a private one in memory when `path` is None.

    Raises:
        Conflict: another process has the file open.
        Corrupt: the file is no database.
    """

    exclusive = True

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._lock = lock.claim(path.resolve()) if path else None
        self._memory = RLock() if path is None else None
        write_engine = _engine(path, pool=StaticPool)
        _prepare_writer(write_engine)
        try:
            if path is not None:
                keep_private(path)
            with _disk_errors():
                connection = write_engine.connect()
        except BaseException:
            self._let_go()
            raise
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        readers = write_engine if path is None else _reader_engine(path)
        self._dirty = False
        self._uncut = path is not None  # a process that was killed may have left what it erased
        super().__init__("sqlite", readers, connection)

    def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query on a reader connection (in memory: on the only one, in turn)."""
        with _disk_errors():
            if self._memory is None:
                return super().read(query)
            with self._memory:
                return query(self._connection)

    def check(self) -> list[str]:
        """SQLite's own check of the file (P22)."""

        def run(connection: Connection) -> list[str]:
            rows = connection.execute(text("PRAGMA quick_check")).scalars().all()
            return [] if rows == ["ok"] else [str(row) for row in rows]

        try:
            return self.read(run)
        except Corrupt as problem:
            return [problem.message]

    def close(self) -> None:
        """Readers first, the writer last: the last connection to close checkpoints."""
        self.writer.close()
        if self._memory is None:
            self.readers.dispose()
        self._connection.close()
        self._connection.engine.dispose()
        self._let_go()

    def _let_go(self) -> None:
        if self._lock is not None:
            lock.release(self._lock)
            self._lock = None

    @contextmanager
    def _begin(self) -> Generator[Tx]:
        if self._memory is not None:
            with self._memory, self._transaction() as tx:
                yield tx
            return
        with self._transaction() as tx:
            yield tx

    @contextmanager
    def _transaction(self) -> Generator[Tx]:
        driver: Any = self._connection.connection.driver_connection
        with _disk_errors():
            driver.execute("BEGIN IMMEDIATE")
            tx = Tx(self._connection)
            try:
                yield tx
                driver.execute("COMMIT")
                self._dirty = True
            except BaseException:
                if driver.in_transaction:
                    driver.execute("ROLLBACK")
                raise
            self._uncut = self._uncut or tx.erases
            if self._uncut:
                self._cut()

    def _idle(self) -> bool:
        if self.path is None:
            return True
        if self._dirty:
            self._dirty = False
            driver: Any = self._connection.connection.driver_connection
            driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        if self._uncut:
            self._cut()
        return not self._uncut

    def _cut(self) -> None:
        """Empty the write-ahead log, where erased content still lies; a reader may hold it for
        a moment, then the next commit or the next idle moment tries again."""
        driver: Any = self._connection.connection.driver_connection
        driver.execute(f"PRAGMA busy_timeout={_CUT_MS}")
        try:
            busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            self._uncut = bool(busy)
        except sqlite3.Error:
            _LOG.exception("the write-ahead log could not be emptied; it is tried again")
        finally:
            driver.execute(f"PRAGMA busy_timeout={_BUSY_MS}")


@contextmanager
def _disk_errors() -> Generator[None]:
    """A full disk is a refusal that a caller can act on, not a broken server (P16)."""
    try:
        yield
    except (sqlite3.DatabaseError, DBAPIError) as problem:
        code = _code(problem)
        if code in _FULL:
            raise StorageFull("the disk is full: nothing was written") from problem
        if code in _DAMAGE:
            raise Corrupt("the database file is damaged: restore a backup") from problem
        raise


def _code(problem: BaseException) -> int:
    """SQLite's primary result code; 0 when there is none."""
    cause = problem.orig if isinstance(problem, DBAPIError) else problem
    return getattr(cause, "sqlite_errorcode", 0) & 0xFF


def _engine(path: Path | None, pool: Any) -> Engine:
    url = "sqlite://" if path is None else f"sqlite:///{path}"
    engine = create_engine(
        url, poolclass=pool, connect_args={"check_same_thread": False}, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def _open(driver: sqlite3.Connection, _record: object) -> None:  # pyright: ignore[reportUnusedFunction]
        driver.isolation_level = None
        driver.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        driver.execute("PRAGMA cache_size=-8000")
        driver.execute("PRAGMA temp_store=MEMORY")

    return engine


def _reader_engine(path: Path) -> Engine:
    engine = _engine(path, pool=QueuePool)

    @event.listens_for(engine, "connect")
    def _read_only(driver: sqlite3.Connection, _record: object) -> None:  # pyright: ignore[reportUnusedFunction]
        driver.execute("PRAGMA wal_autocheckpoint=0")
        driver.execute("PRAGMA query_only=ON")

    return engine


def _prepare_writer(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _durable(driver: sqlite3.Connection, _record: object) -> None:  # pyright: ignore[reportUnusedFunction]
        driver.execute("PRAGMA journal_mode=WAL").fetchall()
        driver.execute("PRAGMA synchronous=FULL")
        driver.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
        driver.execute("PRAGMA secure_delete=ON")
