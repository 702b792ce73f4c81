"""Append: durable events a second, next to raw SQLite, and to raw through the same thread."""

import asyncio
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path
from statistics import mean, median

import uvloop

from benchmarks import material
from benchmarks.figure import Figure, Goal, Section, percentile
from benchmarks.installation import KNOWN_SECRETS, Installation, settle
from benchmarks.producers import Append, Tally, drive
from benchmarks.raw import RawLog, rate
from benchmarks.size import Size
from hansard.store.base import Tx
from hansard.store.engine import EngineStore
from hansard.store.writer import Ticket, Writer

_LIVE = 16
_BATCH = 64
_WARM_UP = 0.3
SHAPES = (("one", 1, 1), ("eight", 8, 1), ("batch", 1, _BATCH), ("many", 64, 1))
"""Name, producers, events in one append."""


@dataclass(slots=True)
class Measured:
    """Every value of every round, by its name."""

    values: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    errors: list[str] = field(default_factory=list[str])

    def note(self, name: str, value: float) -> None:
        """Keep one value."""
        self.values.setdefault(name, []).append(value)

    def tally(self, name: str, tally: Tally) -> None:
        """Keep what producers reached."""
        self.note(name, tally.rate)
        self.note(f"{name}.group", tally.group)
        self.note(f"{name}.p50", percentile(tally.waits, 0.5))
        self.note(f"{name}.p99", percentile(tally.waits, 0.99))
        self.errors += tally.errors


def run(size: Size, folder: Path) -> Section:
    """Measure in fresh databases under `folder`."""
    section = Section("append", "Append")
    measured = Measured()
    for _ in range(size.rounds):
        with tempfile.TemporaryDirectory(dir=folder) as place:
            uvloop.run(_round(size, Path(place), measured))
    _figures(section, measured)
    section.say("Payloads", material.events().describe())
    section.say("Sessions", f"{_LIVE} live among {size.live:,}")
    section.say("Event loop", "uvloop, as in the server")
    behind, late = (median(measured.values[name]) for name in ("behind", "settled"))
    section.say(
        "Search index",
        f"follows on its own thread while the appends are measured; {behind:,.0f} events behind "
        f"at the end of a round, none after {late:.1f} s",
    )
    section.say("Redaction", f"the whole default rule pack and {KNOWN_SECRETS} known secrets")
    return section


async def _round(size: Size, folder: Path, measured: Measured) -> None:
    ours = Installation.on_file(folder, indexed=True)
    raw = RawLog(folder / "raw.db", material.events().payloads)
    try:
        sessions = (await ours.sessions(size.live))[:_LIVE]
        store = ours.store
        assert isinstance(store, EngineStore)
        append = appending(ours, sessions)
        await drive(append(1), 8, min(_WARM_UP, size.cell_s), store.writer)
        for group in (1, 8, _BATCH):
            measured.note(f"raw.{group}", rate(lambda n=group: raw.append(n), size.cell_s))
        with raw.writer() as writer:
            for name, producers, events in SHAPES:
                tally = await drive(
                    _raw_append(raw, writer, events), producers, size.cell_s, writer
                )
                measured.tally(f"thread.{name}", tally)
        for name, producers, events in SHAPES:
            tally = await drive(append(events), producers, size.cell_s, store.writer)
            measured.tally(name, tally)
        assert ours.indexer is not None
        measured.note("behind", ours.indexer.behind(ours.workspace_id))
        began = time.perf_counter()
        settle(ours.indexer, ours.workspace_id)
        measured.note("settled", time.perf_counter() - began)
    finally:
        raw.close()
        ours.close()


def appending(
    ours: Installation, sessions: list[str], workspace_id: str | None = None
) -> Callable[[int], Append]:
    """Appends of so many events through the journal; every producer works on two sessions.

    Args:
        workspace_id: of the sessions; the installation's first one by default.
    """
    where = workspace_id or ours.workspace_id
    streams = [material.events().stream(number) for number in range(len(sessions))]
    turns = [count() for _ in sessions]

    def of(events: int) -> Append:
        async def append(producer: int) -> int:
            place = producer * 2 % len(sessions)
            place += next(turns[place]) % 2
            drafts = list(islice(streams[place], events))
            await ours.journal.append(where, sessions[place], drafts)
            return events

        return append

    return of


def _raw_append(raw: RawLog, writer: Writer, events: int) -> Append:
    async def append(_: int) -> int:
        loop = asyncio.get_running_loop()
        items = raw.items(events)

        def job(_: Tx) -> None:
            raw.write(items)

        future: asyncio.Future[None] = loop.create_future()
        writer.put(Ticket(job, events, (), future, loop))
        await future
        return events

    return append


_THREAD = "raw through the same writer thread"
_WORDS = {
    "one": "one writer, each append acknowledged",
    "eight": "eight writers, each append acknowledged",
    "batch": f"one writer, {_BATCH} events an append",
    "many": "64 writers, each append acknowledged",
}
_LIMITS = {
    "one": ("raw.1", "raw, one transaction an event", Goal("at least", 0.5, 0.35)),
    "eight": ("raw.8", "raw, groups of 8", Goal("at least", 0.35, 0.22)),
    "batch": (f"raw.{_BATCH}", f"raw, batches of {_BATCH}", Goal("at least", 0.25, 0.15)),
}


def _figures(section: Section, measured: Measured) -> None:
    values = measured.values
    for name, what in _WORDS.items():
        if name in _LIMITS:
            key, beside, goal = _LIMITS[name]
            ids = f"append.{name}"
            section.add(Figure(ids, what, "events/s", values[name], beside, values[key], goal))
        through = values[f"thread.{name}"]
        ids = f"append.{name}.thread"
        section.add(Figure(ids, what, "events/s", values[name], _THREAD, through))
    for name, share in (("one", "p50"), ("one", "p99"), ("eight", "p50"), ("eight", "p99")):
        what = f"{_WORDS[name].partition(',')[0]}, from append to acknowledgement, {share}"
        through = values[f"thread.{name}.{share}"]
        own = values[f"{name}.{share}"]
        section.add(Figure(f"append.{name}.{share}", what, "ms", own, _THREAD, through))
    failed = [float(len(measured.errors))]
    none = Goal("at most", 0, on="value")
    what = "appends that failed, locks included"
    section.add(Figure("append.errors", what, "in all rounds", failed, goal=none))
    for problem in sorted(set(measured.errors))[:5]:
        section.say("Error", problem)
    section.say("Events in one transaction, mean", _groups(measured))


def _groups(measured: Measured) -> str:
    return ", ".join(
        f"{producers} writers {mean(measured.values[f'{name}.group']):.1f} "
        f"(raw {mean(measured.values[f'thread.{name}.group']):.1f})"
        for name, producers, _ in SHAPES
        if producers > 1
    )
