"""Disk: what the database files take next to the JSON of the events in them."""

import asyncio
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, pairwise
from pathlib import Path

import orjson
import uvloop

from benchmarks import material
from benchmarks.figure import Figure, Goal, Section
from benchmarks.importing import renewed
from benchmarks.installation import Installation, settle
from benchmarks.size import Size
from hansard.domain.draft import Draft
from hansard.journal import read

_TOGETHER = 16
_LENGTH = 200
_PAGE = 1_000
_BESIDE = "JSON of the events, as the API gives it"
Log = list[Draft]


@dataclass(frozen=True, slots=True)
class Taken:
    """Bytes of the database, of it and the search index, and of the events' JSON."""

    log: int
    both: int
    content: int
    events: int
    sessions: int


def run(size: Size, folder: Path) -> Section:
    """Append the test logs again and again, each time with other ids, then count bytes."""
    section = Section("disk", "Bytes on disk")
    long = _measure(folder, size.kept, _LENGTH)
    short = _measure(folder, size.kept // 3, 1)
    for ids, what, found, side, goal in (
        ("disk.log", "the database", long.log, long, Goal("at most", 1.1)),
        ("disk.all", "the database and the search index", long.both, long, Goal("at most", 1.35)),
        ("disk.short", "the database, sessions of one test log each", short.log, short, None),
    ):
        raw = [side.content / 1e6]
        section.add(Figure(ids, what, "MB", [found / 1e6], _BESIDE, raw, goal))
    section.say(
        "Events",
        f"{long.events:,} in {long.sessions:,} sessions, {long.content / long.events:,.0f} B each "
        f"as JSON: test logs with other ids each time, joined to sessions of {_LENGTH} events and "
        "more, which is what agents leave; one test log alone has "
        f"{short.events / short.sessions:,.0f}",
    )
    section.say("Growth", f"{_TOGETHER} sessions side by side, event by event")
    section.say("Counted", "after a checkpoint: events, rows of the list, ledger, all indexes")
    return section


def _measure(folder: Path, most: int, length: int) -> Taken:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        ours = Installation.on_file(Path(place), indexed=True)
        try:
            assert ours.indexer is not None
            sessions = uvloop.run(_append(ours, most, length))
            settle(ours.indexer, ours.workspace_id)
            content, events = _content(ours, sessions)
        finally:
            ours.close()  # the last connection to close checkpoints
        log, index = ((Path(place) / name).stat().st_size for name in ("hansard.db", "search.db"))
        if any(path.stat().st_size for path in Path(place).glob("*-wal")):
            raise AssertionError("the write-ahead log was not emptied")
    return Taken(log, log + index, content, events, len(sessions))


async def _append(ours: Installation, most: int, length: int) -> list[str]:
    """Sessions that each hold some logs; some grow side by side, as they do live."""
    sessions: list[str] = []
    logs = _joined(_logs(most), length)
    while group := [log for _, log in zip(range(_TOGETHER), logs, strict=False)]:
        made = await ours.sessions(len(group))
        await asyncio.gather(*(_grow(ours, *one) for one in zip(made, group, strict=True)))
        sessions += made
    return sessions


async def _grow(ours: Installation, session_id: str, log: Log) -> None:
    for draft in log:
        await ours.journal.append(ours.workspace_id, session_id, [material.fresh(draft)])


def _joined(logs: Iterator[Log], length: int) -> Iterator[Log]:
    """Logs put together until they have so many events."""
    joined: Log = []
    for log in logs:
        joined += log
        if len(joined) >= length:
            yield joined
            joined = []
    if joined:
        yield joined


def _logs(most: int) -> Iterator[Log]:
    found = material.events()
    for copy in count():
        for start, end in pairwise([*found.starts, len(found.drafts)]):
            if most <= 0:
                return
            if end > start:
                yield [_renewed(draft, str(copy)) for draft in found.drafts[start:end][:most]]
                most -= end - start


def _renewed(draft: Draft, seed: str) -> Draft:
    payload = orjson.loads(renewed(orjson.dumps(draft.payload).decode(), seed))
    return Draft(draft.type, payload, draft.actor, draft.created_at, turn_id=draft.turn_id)


def _content(ours: Installation, sessions: list[str]) -> tuple[int, int]:
    """Bytes of the events' JSON, and how many events."""
    size = events = 0
    for session_id in sessions:
        at = read.place(ours.store, ours.workspace_id, session_id)
        after = 0
        while lines := read.page(ours.store, ours.workspace_id, at, after=after, limit=_PAGE):
            size += sum(len(line.body) for line in lines)
            events += len(lines)
            after = lines[-1].seq
    return size, events
