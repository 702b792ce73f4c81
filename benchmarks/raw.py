"""The raw limit of an append: stdlib sqlite3, WAL, FULL, one row in and one session row up."""

import sqlite3
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any, cast

from hansard.store.base import Tx
from hansard.store.writer import Writer

LOG = "BENCH_RAW_LOG"
"""The environment variable that names the raw log's file to an app that keeps one."""
SESSIONS = 16
_TABLES = """
CREATE TABLE events (pos INTEGER PRIMARY KEY, sid INTEGER, seq INTEGER, payload BLOB);
CREATE TABLE sessions (sid INTEGER PRIMARY KEY, seq INTEGER, updated_at INTEGER, body BLOB);
"""
_INSERT = "INSERT INTO events VALUES (?,?,?,?)"
_UPSERT = """INSERT INTO sessions VALUES (?,?,?,?) ON CONFLICT (sid) DO UPDATE
SET seq = excluded.seq, updated_at = excluded.updated_at, body = excluded.body"""
_BODY = b"x" * 300

Item = tuple[int, int, bytes]


def rate(commit: Callable[[], int], seconds: float) -> float:
    """Events a second of a commit that is called again and again and says how many it was."""
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        done += commit()
    return done / (time.perf_counter() - began)


class RawLog:
    """The least that could be called an append: no id, no hash, no redaction, no index.

    Args:
        payloads: the same bytes that the other side keeps, used in turn.
    """

    def __init__(self, path: Path, payloads: list[bytes]) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL").fetchall()
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("PRAGMA wal_autocheckpoint=4000")  # as ours
        self._db.executescript(_TABLES)
        self._numbers = count(1)
        self._payloads = cycle(payloads)

    def items(self, many: int) -> list[Item]:
        """The next rows to append: (number, session, payload)."""
        numbers = islice(self._numbers, many)
        return [(n, n % SESSIONS, next(self._payloads)) for n in numbers]

    def write(self, items: list[Item]) -> None:
        """Insert rows and upsert their sessions, inside the open transaction."""
        self._db.executemany(_INSERT, [(n, sid, n, payload) for n, sid, payload in items])
        now = int(time.time() * 1000)
        self._db.executemany(_UPSERT, [(sid, n, now, _BODY) for n, sid, _ in items])

    def commit(self, items: list[Item]) -> None:
        """One durable transaction."""
        self._db.execute("BEGIN IMMEDIATE")
        self.write(items)
        self._db.execute("COMMIT")

    def append(self, group: int) -> int:
        """The next rows in one durable transaction; how many it was."""
        self.commit(self.items(group))
        return group

    @contextmanager
    def writer(self) -> Generator[Writer]:
        """The product's own writer thread over this file."""
        made = Writer(self._begin, lambda: True, lambda _: False)
        try:
            yield made
        finally:
            made.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def _begin(self) -> Generator[Tx]:
        self._db.execute("BEGIN IMMEDIATE")
        yield Tx(cast(Any, self._db))
        self._db.execute("COMMIT")
