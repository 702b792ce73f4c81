"""A long session: its newest events, its next event and its export, next to a short one's."""

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from statistics import median

import orjson
import uvloop

from benchmarks import material
from benchmarks.bare_list import CACHE
from benchmarks.figure import Figure, Goal, Section, percentile
from benchmarks.installation import opened, settle
from benchmarks.server import Served, forget_peak, hansard, peak_mb
from benchmarks.size import Size
from hansard.app import House, open_house
from hansard.config import Settings
from hansard.domain.draft import Draft
from hansard.journal import read

_NEWEST = 200
_BATCH = 500
_PAIRS = 2
_ROWS = "SELECT * FROM events WHERE sid = (SELECT sid FROM sessions WHERE id = ?) ORDER BY seq"


def run(size: Size, folder: Path) -> Section:
    """Fill sessions through the journal, read them in process, export them from a server."""
    section = Section("long", "A long session")
    with tempfile.TemporaryDirectory(dir=folder) as place:
        house = open_house(Settings(data_dir=Path(place)))
        try:
            few, many = uvloop.run(_pair(house, size.lengths))
            _newest(section, house, (few, many), size)
            _steps(section, house, size)
            settle(house.parts.indexer, house.parts.workspace_id)
        finally:
            house.close()
        _export(section, Path(place), (few, many), size)
    section.say("Events", material.events().describe())
    section.say(
        "Growth",
        "most resident memory of the serving process while it answers, less what it had before; it "
        "had exported the short session; SQLite's cache of a reader, 8 MB, is part of it",
    )
    return section


async def _fill(house: House, drafts: Iterator[Draft], many: int) -> str:
    """A session with its first event and so many more, less one."""
    parts = house.parts
    session_id, first = opened()
    await parts.journal.append(parts.workspace_id, session_id, [first], create=True)
    await _append(house, session_id, drafts, many - 1)
    return session_id


async def _append(house: House, session_id: str, drafts: Iterator[Draft], many: int) -> None:
    parts = house.parts
    for start in range(0, many, _BATCH):
        batch = list(islice(drafts, min(_BATCH, many - start)))
        await parts.journal.append(parts.workspace_id, session_id, batch)


async def _pair(house: House, lengths: tuple[int, int]) -> tuple[str, str]:
    """Two sessions that end with the same events, so that both pages have as many bytes."""
    few, many = lengths
    short = await _fill(house, material.events().stream(0), few)
    long = await _fill(house, material.events().stream(0), many - few + 1)
    await _append(house, long, material.events().stream(0), few - 1)
    return short, long


def _newest(section: Section, house: House, sessions: tuple[str, str], size: Size) -> None:
    store, where = house.store, house.parts.workspace_id

    def page(session_id: str) -> bytes:
        at = read.place(store, where, session_id)
        after = max(0, int(orjson.loads(at.body)["reset_seq"]) - 1)
        lines = read.page(store, where, at, after=after, descending=True, limit=_NEWEST + 1)
        return b",".join(line.body for line in lines[:_NEWEST])

    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(size.rounds):
        waits: tuple[list[float], list[float]] = ([], [])
        for _ in range(size.pages):
            for session_id, mine in zip(sessions, waits, strict=True):
                began = time.perf_counter()
                page(session_id)
                mine.append((time.perf_counter() - began) * 1000)
        for mine, values in zip(waits, found, strict=True):
            values.append(percentile(mine, 0.5))
    few, many = size.lengths
    section.add(
        Figure(
            "long.newest",
            f"newest {_NEWEST} of a session of {many:,} events, p50",
            "ms",
            found[1],
            f"the same of a session of {few:,}",
            found[0],
            Goal("at most", 1.3),
        )
    )
    section.say("A page", f"{len(page(sessions[1])) / 1000:,.0f} kB of JSON, in process")


def _steps(section: Section, house: House, size: Size) -> None:
    early: list[float] = []
    late: list[float] = []
    for _ in range(size.rounds):
        waits: tuple[list[float], list[float]] = ([], [])
        for _ in range(_PAIRS):
            uvloop.run(_step(house, size.steps, waits))
        early.append(percentile(waits[0], 0.5))
        late.append(percentile(waits[1], 0.5))
    low, high = size.steps
    section.add(
        Figure(
            "long.event",
            f"append of an event around the {high:,}th of a session, p50",
            "ms",
            late,
            f"around the {low:,}th",
            early,
            Goal("at most", 1.1),
        )
    )


async def _step(
    house: House, steps: tuple[int, int], waits: tuple[list[float], list[float]]
) -> None:
    """The same events to a young and an old session in turns, as many as the young one has."""
    parts, window = house.parts, steps[0]
    sessions = [await _fill(house, material.events().stream(0), at - window // 2) for at in steps]
    pairs = list(zip(sessions, waits, strict=True))
    for draft in islice(material.events().stream(1), window):
        for session_id, mine in pairs:
            event = material.fresh(draft)
            began = time.perf_counter()
            await parts.journal.append(parts.workspace_id, session_id, [event])
            mine.append((time.perf_counter() - began) * 1000)
        pairs.reverse()


def _export(section: Section, folder: Path, sessions: tuple[str, str], size: Size) -> None:
    rates: list[float] = []
    raw: list[float] = []
    growth: list[float] = []
    before: list[float] = []
    taken = 0.0
    with hansard(folder) as server:
        _take(server, sessions[0], size.lengths[0])
        for _ in range(size.rounds):
            seconds = _read(folder, sessions[1])
            before.append(_grown(server, sessions[0], size.lengths[0])[0])
            grown, taken, rate = _grown(server, sessions[1], size.lengths[1])
            growth.append(grown)
            rates.append(rate)
            raw.append(taken / seconds)
    few, many = size.lengths
    what = f"export of a session of {many:,} events"
    section.add(
        Figure("long.export", f"{what}, over HTTP", "MB/s", rates, "raw query of its rows", raw)
    )
    section.add(
        Figure(
            "long.export.memory",
            f"{what}, memory growth",
            "MB",
            growth,
            goal=Goal("at most", 10, on="value"),
        )
    )
    section.say(f"Memory growth, {few:,} events", f"{median(before):.1f} MB")
    section.say("Export", f"{taken:,.0f} MB, signed; the raw query takes the rows and drops them")


def _grown(server: Served, session_id: str, events: int) -> tuple[float, float, float]:
    """MB that the server grew by, MB of the file, MB a second."""
    forget_peak(server.process.pid)
    before = server.rss_mb()
    began = time.perf_counter()
    taken = _take(server, session_id, events)
    seconds = time.perf_counter() - began
    return max(0.0, peak_mb(server.process.pid) - before), taken, taken / seconds


def _take(server: Served, session_id: str, events: int) -> float:
    """MB of a whole export."""
    lines = size = 0
    for piece in server.pieces(f"/v1/sessions/{session_id}/export"):
        lines += piece.count(b"\n")
        size += len(piece)
    if lines <= events:
        raise AssertionError(f"{lines:,} lines for {events:,} events")
    return size / 1e6


def _read(folder: Path, session_id: str) -> float:
    """Seconds to take the rows of a session out of the file."""
    file = f"file:{folder / 'hansard.db'}?mode=ro"
    with closing(sqlite3.connect(file, uri=True)) as db:
        db.execute(CACHE)
        began = time.perf_counter()
        rows = db.execute(_ROWS, (session_id,))
        while rows.fetchmany(_BATCH):
            pass
        return time.perf_counter() - began
