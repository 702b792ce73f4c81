"""The search index on SQLite: a file of its own, contentless FTS5 (kernel.md, section 3)."""

import hashlib
import sqlite3
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import RLock
from typing import TypeVar

from hansard.domain import words
from hansard.domain.words import Term
from hansard.store.private import keep_private
from hansard.store.search import NEVER, Names, Page, Read, Wanted

T = TypeVar("T")
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    """CREATE TABLE IF NOT EXISTS reached
       (workspace_id TEXT PRIMARY KEY, events INTEGER NOT NULL, rows INTEGER NOT NULL)""",
    """CREATE VIRTUAL TABLE IF NOT EXISTS documents USING fts5
       (place, text, content='', tokenize='unicode61 remove_diacritics 2')""",
    "CREATE VIRTUAL TABLE IF NOT EXISTS names USING fts5 (place, text, tokenize='trigram')",
)
_TABLES = ("facts", "reached", "documents", "names")
_DROP = "INSERT INTO documents (documents, rowid, place, text) VALUES ('delete', ?, ?, ?)"
_ADD = "INSERT INTO documents (rowid, place, text) VALUES (?, ?, ?)"
_CALL = "INSERT INTO names (rowid, place, text) VALUES (?, ?, ?)"
_FIND = """SELECT rowid FROM documents WHERE documents MATCH ? AND rowid < ?
           ORDER BY rowid DESC LIMIT ?"""
_NAMED = """SELECT rowid FROM names WHERE names MATCH ? AND rowid < ?
            ORDER BY rowid DESC LIMIT ?"""
_WAIT_MS = 5_000


class SqliteSearch:
    """FTS5 over documents, trigrams over names. Every write comes from one thread at a time.

    SQL is written out here: FTS5 is a language of its own, and this file knows nothing else.

    Args:
        path: the index file; None keeps it in memory.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._lock = RLock()
        self._writer = self._connect()
        self._idle: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        self._prepare()

    def read_to(self, workspace_id: str) -> Read:
        """How far a workspace is indexed."""
        query = "SELECT events, rows FROM reached WHERE workspace_id = ?"
        found = self._ask(lambda c: c.execute(query, (workspace_id,)).fetchone())
        return NEVER if found is None else Read(*found)

    def add(
        self,
        workspace_id: str,
        pages: Sequence[Page],
        names: Sequence[Names],
        *,
        before: Read,
        now: Read,
    ) -> bool:
        """Index documents and names, and note how far that goes, in one transaction."""
        space = _space(workspace_id)
        with self._write() as connection:
            if self.read_to(workspace_id) != before:
                return False
            connection.executemany(_ADD, [_row(space, page) for page in pages])
            for name in names:
                self._rename(connection, space, name)
            connection.execute(
                "INSERT OR REPLACE INTO reached VALUES (?, ?, ?)",
                (workspace_id, now.events, now.rows),
            )
        return True

    def put(self, workspace_id: str, pages: Sequence[Page]) -> None:
        """Index documents again whose content was changed in the log."""
        with self._write() as connection:
            connection.executemany(_ADD, [_row(_space(workspace_id), page) for page in pages])

    def drop(self, workspace_id: str, pages: Sequence[Page]) -> None:
        """Take documents out, with the very text that went in."""
        with self._write() as connection:
            connection.executemany(_DROP, [_row(_space(workspace_id), page) for page in pages])

    def tidy(self) -> None:
        """Leave no byte of what was dropped: dead terms stay in FTS5 until it is put together."""
        with self._lock:
            for table in ("documents", "names"):
                self._writer.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def find(self, workspace_id: str, wanted: Wanted, *, before: int, limit: int) -> list[int]:
        """The newest cursors below `before` whose documents fit, falling."""

        def query(connection: sqlite3.Connection) -> list[tuple[int]]:
            match = _match(None if _alone(connection) else workspace_id, wanted)
            return connection.execute(_FIND, (match, before, limit)).fetchall()

        return [row[0] for row in self._ask(query)]

    def named(self, workspace_id: str, part: str, *, before: int, limit: int) -> list[int]:
        """Sessions one of whose names holds `part`, the newest first."""

        def query(connection: sqlite3.Connection) -> list[tuple[int]]:
            match = f"text : {_quoted(part)}"
            if not _alone(connection):
                match = f'place : "{_corner(_space(workspace_id))}" AND {match}'
            return connection.execute(_NAMED, (match, before, limit)).fetchall()

        return [row[0] for row in self._ask(query)]

    def clear(self) -> None:
        """Forget everything; it is built again from the log."""
        with self._lock:
            for table in _TABLES:
                self._writer.execute(f"DROP TABLE IF EXISTS {table}")
            self._writer.execute("VACUUM")
            self._prepare()
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def bytes(self) -> int:
        """What it takes on disk."""
        query = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        return int(self._ask(lambda c: c.execute(query).fetchone()[0]))

    def close(self) -> None:
        """Let go of the file."""
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                break
        with self._lock:
            self._writer.close()

    def _prepare(self) -> None:
        for statement in _SCHEMA:
            self._writer.execute(statement)
        known = "SELECT value FROM facts WHERE name = 'version'"
        found = self._writer.execute(known).fetchone()
        if found is None:
            self._writer.execute("INSERT INTO facts VALUES ('version', ?)", (words.VERSION,))
        elif found[0] != words.VERSION:
            self.clear()

    @staticmethod
    def _rename(connection: sqlite3.Connection, space: str, name: Names) -> None:
        """A row moves with every event; its names seldom do."""
        query = "SELECT text FROM names WHERE rowid = ?"
        found = connection.execute(query, (name.sid,)).fetchone()
        new = name.text if name.listed else None
        if (None if found is None else found[0]) == new:
            return
        if found is not None:
            connection.execute("DELETE FROM names WHERE rowid = ?", (name.sid,))
        if new is not None:
            connection.execute(_CALL, (name.sid, _corner(space), new))

    @contextmanager
    def _write(self) -> Generator[sqlite3.Connection]:
        with self._lock:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                self._writer.execute("ROLLBACK")
                raise

    def _ask(self, query: Callable[[sqlite3.Connection], T]) -> T:
        """Run a query on a reader; in memory there is one connection for all."""
        if self.path is None:
            with self._lock:
                return query(self._writer)
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = self._connect()
            connection.execute("PRAGMA wal_autocheckpoint=0")
            connection.execute("PRAGMA query_only=ON")
        try:
            return query(connection)
        finally:
            self._idle.put(connection)

    def _connect(self) -> sqlite3.Connection:
        place = ":memory:" if self.path is None else str(self.path)
        connection = sqlite3.connect(place, isolation_level=None, check_same_thread=False)
        connection.execute(f"PRAGMA busy_timeout={_WAIT_MS}")
        connection.execute("PRAGMA journal_mode=WAL").fetchall()
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA temp_store=MEMORY")
        return connection


def open_index(path: Path | None) -> SqliteSearch:
    """Open the index; a damaged one is thrown away, it is derived.

    Raises:
        Corrupt: something else stands in its place.
    """
    if path is not None:
        keep_private(path)
    try:
        return SqliteSearch(path)
    except sqlite3.DatabaseError:
        if path is None:
            raise
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
            path.with_name(name).unlink(missing_ok=True)
        keep_private(path)
        return SqliteSearch(path)


def _row(space: str, page: Page) -> tuple[int, str, str]:
    place = f"{space} s{page.sid} r{page.role}"
    if page.tool:
        place = f"{place} {_tool(page.tool)}"
    return page.pos, place, words.spaced(page.text)


def _match(workspace_id: str | None, wanted: Wanted) -> str:
    """A query of FTS5: where, and what; every word is quoted."""
    where = [] if workspace_id is None else [f'"{_space(workspace_id)}"']
    if wanted.sid is not None:
        where.append(f'"s{wanted.sid}"')
    for several in ([f"r{role}" for role in wanted.roles], [_tool(t) for t in wanted.tools]):
        if several:
            where.append("(" + " OR ".join(f'"{one}"' for one in several) + ")")
    needed = " AND ".join(_phrase(term) for term in wanted.terms if term.wanted)
    match = f"text : ({needed})"
    if where:
        match = f"place : ({' AND '.join(where)}) AND {match}"
    for term in wanted.terms:
        if not term.wanted:
            match = f"({match}) NOT text : ({_phrase(term)})"
    return match


def _phrase(term: Term) -> str:
    return _quoted(" ".join(term.words)) + ("*" if term.prefix else "")


def _quoted(text: str) -> str:
    doubled = text.replace("\0", " ").replace('"', '""')
    return f'"{doubled}"'


def _space(workspace_id: str) -> str:
    return f"w{workspace_id.rpartition('_')[2]}"


def _alone(connection: sqlite3.Connection) -> bool:
    """Whether there is one workspace: a word that every document has makes each search as slow
    as the commonest one."""
    return connection.execute("SELECT count(*) FROM reached").fetchone()[0] < 2


def _corner(space: str) -> str:
    """The end of a workspace's name, for trigrams: each of its three characters costs."""
    return space[-8:]


def _tool(name: str) -> str:
    """A tool as one word of its own: names hold signs that split words."""
    return f"t{hashlib.sha256(name.lower().encode()).hexdigest()[:16]}"
