"""A SQLite file copied while it is written to, and read where it lies; nothing is overwritten."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from hansard.domain.errors import Conflict, Corrupt, InvalidRequest, NotFound
from hansard.store.base import Readable, Store
from hansard.store.tables import sessions

T = TypeVar("T")
MAGIC = b"SQLite format 3\0"
_SIDES = ("-wal", "-shm", "-journal")
_SEARCH = "search.db"


class Frozen:
    """A database file that nobody writes; it is not changed by being read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query.

        Raises:
            Corrupt: the file is damaged.
        """
        try:
            with self._engine.connect() as connection:
                return query(connection)
        except (sqlite3.DatabaseError, DBAPIError) as problem:
            told = str(getattr(problem, "orig", problem))
            raise Corrupt(f"the database file is damaged: {told}") from problem


def copy(store: Readable, target: Path) -> None:
    """Write a consistent copy of a database beside the writer's work.

    All pages are copied in one step under one reading transaction, so that writes go on and the
    copy never has to begin again; it is durable when this returns.

    Raises:
        Conflict: there is something at the target.
        NotFound: its folder does not exist.
        Corrupt: the copy does not pass SQLite's check.
        StorageFull: the disk is full.
    """
    if not target.parent.is_dir():
        raise NotFound(f"there is no folder {target.parent}")
    if target.exists():
        raise Conflict(f"{target} exists: nothing is overwritten")
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        store.read(lambda connection: _copy(connection, partial))
        _sync(partial)
        _link(partial, target)
    except OSError as problem:
        raise InvalidRequest(f"{target}: {problem.strerror or 'cannot be written'}") from problem
    finally:
        partial.unlink(missing_ok=True)
    _sync(target.parent)


def refuse_other(store: Store) -> None:
    """Only a SQLite file is copied.

    Raises:
        InvalidRequest: the database is another one.
    """
    if store.name != "sqlite":
        raise InvalidRequest(
            "this database is PostgreSQL: back it up with pg_dump --format=custom, and restore it "
            "with pg_restore"
        )


@contextmanager
def opened(path: Path) -> Generator[Frozen]:
    """A database file to read, as it lies.

    Raises:
        NotFound: there is no such file.
        InvalidRequest: it is no SQLite database.
    """
    if not path.is_file():
        raise NotFound(f"there is no file {path}")
    if not is_database(path):
        raise InvalidRequest(f"{path} is no SQLite database")
    url = f"sqlite:///file:{quote(str(path.absolute()))}?mode=ro&uri=true"
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    try:
        yield Frozen(engine)
    finally:
        engine.dispose()


def is_database(path: Path) -> bool:
    """Whether a file begins as a SQLite database does."""
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def damage(store: Readable) -> list[str]:
    """SQLite's whole check of a file, index by index; empty when nothing is wrong."""
    try:
        rows = store.read(lambda c: c.execute(text("PRAGMA integrity_check")).scalars().all())
    except Corrupt as problem:
        return [problem.message]
    return [] if rows == ["ok"] else [str(row) for row in rows]


def count(store: Readable) -> int:
    """How many sessions a database holds, tombstones among them."""
    query = select(func.count()).select_from(sessions)
    return int(store.read(lambda c: c.execute(query).scalar_one()))


def set_aside(database: Path, stamp: str) -> Path | None:
    """Keep a database file, as it is, under another name beside it; None when there is none.

    What its write-ahead log holds is moved into it first; if it does not even open, the log is
    kept beside it.
    """
    if not database.exists():
        return None
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    aside = database.with_name(f"{database.stem}.before-restore-{stamp}{database.suffix}")
    _link(database, aside)
    for side in _SIDES:
        beside = database.with_name(database.name + side)
        if beside.exists():
            shutil.copy2(beside, aside.with_name(aside.name + side))
    _sync(database.parent)
    return aside


def put_in_place(proven: Path, database: Path) -> None:
    """Put a file in the place of a database that was set aside: the old one or the new, never
    between. The search index is derived from the log, and is built again."""
    for name in (*(database.name + side for side in _SIDES), *_search_files()):
        database.with_name(name).unlink(missing_ok=True)
    _sync(proven)
    os.replace(proven, database)
    _sync(database.parent)


def _search_files() -> list[str]:
    return [_SEARCH, *(_SEARCH + side for side in _SIDES)]


def _copy(connection: Connection, target: Path) -> None:
    source: Any = connection.connection.driver_connection
    with closing(sqlite3.connect(target)) as made:
        made.execute("PRAGMA synchronous=FULL")
        source.backup(made)
        made.execute("PRAGMA journal_mode=DELETE").fetchall()  # one file, wherever it is read
        found = made.execute("PRAGMA quick_check").fetchall()
    if found != [("ok",)]:
        raise Corrupt(f"the database is damaged, its copy does not pass the check: {found[0][0]}")


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileExistsError as problem:
        raise Conflict(f"{target} exists: nothing is overwritten") from problem


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
