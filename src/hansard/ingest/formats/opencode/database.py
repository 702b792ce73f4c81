"""The database: read alone, without a lock that anybody waits for and without a trace."""

import errno
import shutil
import sqlite3
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote

from hansard.domain import foreign
from hansard.domain.draft import Json
from hansard.ingest.base import Damaged, Source, State, file_state
from hansard.ingest.document import written
from hansard.ingest.formats.opencode.records import Message, records
from hansard.ingest.told import decode

MAGIC = b"SQLite format 3\0"
BESIDE = ("-wal", "-shm", "-journal")
_TRIES = 3
_WAIT_S = 1.0
_MS = 1_000_000
_PAGE = 200
_LIVE_ROWS = 1_000

_Row: TypeAlias = dict[str, Any]


@dataclass(slots=True)
class Database:
    """A database of sessions (`hansard.ingest.base.Library`).

    Rows change while they are among the newest: after everything was looked at once, only those
    are looked at, so that what happens in a large database costs what happens.
    """

    path: Path
    root: Path
    _states: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    _newest: dict[str, int] = field(default_factory=dict[str, int])
    _identity: int = 0

    def state(self) -> State:
        """The file and its write-ahead log."""
        identity, size, latest = file_state(self.path)
        log = _beside(self.path, "-wal")
        if log is not None:
            size, latest = size + log[1], max(latest, log[2])
        return identity, size, latest

    def members(self) -> list[tuple[Source, State]]:
        """Every session with its newest row and the time of the latest change."""
        identity, _, _ = file_state(self.path)
        if identity != self._identity:  # another file has its place
            self._states.clear()
            self._newest.clear()
            self._identity = identity
        try:
            with _reading(self.path) as asked:
                sessions = asked.rows("SELECT * FROM session")
                for row in sessions:
                    self._saw(str(row["id"]), 0, _time(row, "time_updated"))
                for table in ("message", "part"):
                    self._look(asked, table)
        except Damaged as problem:
            raise OSError(errno.EIO, str(problem), str(self.path)) from None
        return [
            (Source(self.path, self.root, name), _state(*self._states[name]))
            for name in (str(row["id"]) for row in sorted(sessions, key=_age))
        ]

    def _look(self, asked: "_Asked", table: str) -> None:
        query = (
            f"SELECT session_id, max(rowid) AS newest, max(time_updated) AS at FROM {table}"
            " WHERE rowid > ? GROUP BY session_id"
        )
        before = self._newest.get(table, 0)
        for row in asked.rows(query, before - _LIVE_ROWS):
            newest = foreign.whole(row["newest"]) or 0
            self._newest[table] = max(newest, self._newest.get(table, 0))
            self._saw(str(row["session_id"]), newest, _time(row, "at"))

    def _saw(self, session: str, newest: int, at: int) -> None:
        state = self._states.setdefault(session, [0, 0])
        state[:] = max(newest, state[0]), max(at, state[1])


@dataclass(frozen=True, slots=True)
class StoredSession:
    """One session in a database (`hansard.ingest.base.Document`)."""

    path: Path
    session: str

    def state(self) -> State:
        """Its newest row and the time of the latest change."""
        query = (
            "SELECT max(newest) AS newest, max(at) AS at FROM ("
            "SELECT 0 AS newest, time_updated AS at FROM session WHERE id = ?1"
            " UNION ALL SELECT rowid, time_updated FROM message WHERE session_id = ?1"
            " UNION ALL SELECT rowid, time_updated FROM part WHERE session_id = ?1)"
        )
        try:
            with _reading(self.path) as asked:
                [row] = asked.rows(query, self.session)
        except Damaged as problem:
            raise OSError(errno.EIO, str(problem), str(self.path)) from None
        return _state(foreign.whole(row["newest"]) or 0, _time(row, "at"))

    def records(self, *, at_rest: bool) -> Iterator[bytes]:
        """See `Document`."""
        with _reading(self.path) as asked:
            for row in asked.rows("SELECT * FROM session WHERE id = ?", self.session):
                for record in records(_info(row), self._messages(asked), at_rest):
                    yield written(record)

    def _messages(self, asked: "_Asked") -> Iterator[Message]:
        """Its messages, some at a time: a query is short, so that nobody waits for it."""
        query = (
            "SELECT id, data FROM message WHERE session_id = ?"
            " ORDER BY time_created, id LIMIT ? OFFSET ?"
        )
        start = 0
        while rows := asked.rows(query, self.session, _PAGE, start):
            start += len(rows)
            for row in rows:
                message_id = str(row["id"])
                parts = asked.rows(
                    "SELECT id, data FROM part WHERE message_id = ? ORDER BY id", message_id
                )
                own = {"id": message_id, "sessionID": self.session}
                whose = {"messageID": message_id, "sessionID": self.session}
                found = [_data(part, {"id": str(part["id"]), **whose}) for part in parts]
                yield _data(row, own), found


@dataclass(slots=True)
class _Asked:
    """A connection that reads and leaves no trace.

    While nobody has the database open it is read as a file that does not change, since even a
    reader would put a log beside it; it is read again when it did change. Else the reader takes
    its place beside the writers, who do not wait for it.
    """

    path: Path
    _connection: sqlite3.Connection | None = None
    _alone: State | None = None
    _copy: list[tempfile.TemporaryDirectory[str]] = field(
        default_factory=list[tempfile.TemporaryDirectory[str]]
    )

    def rows(self, query: str, *values: object) -> list[_Row]:
        """Every row of a query.

        Raises:
            OSError: the file cannot be read now.
            Damaged: it is no such database, or a broken one.
        """
        for _ in range(_TRIES):
            try:
                found = self._opened().execute(query, values).fetchall()
            except sqlite3.DatabaseError as problem:
                if self._is_still():
                    raise _failure(problem, self.path) from None
                found = []
            if self._is_still():
                return [dict(row) for row in found]
            self.close()
        raise OSError(errno.EBUSY, "it changes while it is read", str(self.path))

    def close(self) -> None:
        """Leave the database."""
        if self._connection is not None:
            self._connection.close()
        self._connection, self._alone = None, None
        while self._copy:
            self._copy.pop().cleanup()

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            path, options = self.path, "mode=ro"
            log = _beside(path, "-wal")
            if (log is None or log[1] == 0) and _beside(path, "-journal") is None:
                self._alone, options = file_state(path), "mode=ro&immutable=1"
            elif log is not None and _beside(path, "-shm") is None:
                path = self._copied()  # of a database in use; reading it would write an index
            uri = f"file:{quote(str(path))}?{options}"
            self._connection = sqlite3.connect(uri, uri=True, timeout=_WAIT_S)
            self._connection.row_factory = sqlite3.Row
            self._connection.text_factory = _text
        return self._connection

    def _copied(self) -> Path:
        self._copy.append(tempfile.TemporaryDirectory(prefix="hansard-"))
        target = Path(self._copy[-1].name) / "copy.db"
        for suffix in ("", "-wal"):
            shutil.copyfile(f"{self.path}{suffix}", f"{target}{suffix}")
        return target

    def _is_still(self) -> bool:
        """Whether what was read alone is as it was."""
        if self._alone is None:
            return True
        log = _beside(self.path, "-wal")
        return file_state(self.path) == self._alone and (log is None or log[1] == 0)


@contextmanager
def _reading(path: Path) -> Generator[_Asked]:
    asked = _Asked(path)
    try:
        yield asked
    finally:
        asked.close()


def _failure(problem: sqlite3.DatabaseError, path: Path) -> Exception:
    """What an error of the database means for who imports."""
    code = getattr(problem, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return OSError(errno.EBUSY, "the database is in use", str(path))
    if code is not None and code & 0xFF == sqlite3.SQLITE_CANTOPEN:
        return OSError(errno.EACCES, "the database cannot be opened", str(path))
    if "no such" in str(problem):
        return Damaged("a database without OpenCode's tables")
    return Damaged("the database is damaged")


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _beside(path: Path, suffix: str) -> State | None:
    try:
        return file_state(path.with_name(path.name + suffix))
    except OSError:
        return None


def _info(row: _Row) -> Json:
    """A row of `session` in the words of an export."""
    names = {
        "id": "id",
        "project_id": "projectID",
        "parent_id": "parentID",
        "directory": "directory",
        "title": "title",
        "version": "version",
        "agent": "agent",
    }
    info = {word: row[name] for name, word in names.items() if row.get(name) is not None}
    return {**info, "time": {"created": row.get("time_created")}}


def _data(row: _Row, own: Json) -> Json:
    """What a row holds as JSON, with its ids; one that is broken is only its ids."""
    data = row["data"]
    raw = data.encode("utf-8", "replace") if isinstance(data, str) else data
    try:
        found = decode(raw) if isinstance(raw, bytes) else {}
    except ValueError:
        found = {"type": "broken", "data": str(data)}
    return {**own, **found}


def _state(newest: int, at: int) -> State:
    return 0, newest, at * _MS


def _time(row: _Row, name: str) -> int:
    return foreign.whole(row.get(name)) or 0


def _age(row: _Row) -> tuple[int, str]:
    return _time(row, "time_created"), str(row["id"])
