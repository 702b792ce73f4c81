"""Search over many messages, next to the list; and what the index costs an append."""

import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import orjson
import uvloop

from benchmarks import population
from benchmarks.append import appending
from benchmarks.figure import Figure, Goal, Section, percentile
from benchmarks.installation import Installation
from benchmarks.producers import drive
from benchmarks.server import hansard
from benchmarks.size import Size
from hansard.app import House, now_ms, open_house
from hansard.config import Settings
from hansard.domain import ids
from hansard.lens import search
from hansard.lens.search import Asked
from hansard.store.event_log import COLUMNS

_SESSIONS = 2_000
_WORDS = 25
_VOCABULARY = 20_000
_COMMON = 200
_LIMIT = 20
_BATCH = 20_000
_LIST = "/v1/sessions?sort=active_first&limit=50"
_LIVE = 16
_WAIT_S = 1_800
SHAPES = (("one", 1, 1), ("eight", 8, 1), ("batch", 1, 64))
QUERIES = {
    "rare": "w{rare}w",
    "two": "w{rare}w w{common}w",
    "common": "w{common}w",
    "phrase": '"w{common}w w{rare}w"',
    "typing": "w{start}",
}
"""Words of falling rarity, as people type them; each run asks for other ones."""


@dataclass(slots=True)
class Waits:
    """Percentiles of each kind of query, a value a round, in ms."""

    p50: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    p95: list[float] = field(default_factory=list[float])
    all: list[float] = field(default_factory=list[float])
    http: list[float] = field(default_factory=list[float])
    listed: list[float] = field(default_factory=list[float])


def run(size: Size, folder: Path) -> Section:
    """Measure two sizes of log, and appends with and without the index."""
    section = Section("search", "Search")
    found: dict[int, Waits] = {}
    for many in size.messages:
        with tempfile.TemporaryDirectory(dir=folder) as place:
            found[many] = _search(section, Path(place), many, size)
    _figures(section, size, found)
    _append(section, folder, size)
    section.say("A message", f"{_WORDS} words of {_VOCABULARY:,}, a few of them common")
    section.say("A search", f"{_LIMIT} hits with snippets; {', '.join(QUERIES)}, in equal parts")
    return section


def _search(section: Section, folder: Path, many: int, size: Size) -> Waits:
    house = open_house(Settings(data_dir=folder))
    workspace_id = house.parts.workspace_id
    house.close()
    (folder / "search.db").unlink()
    population.fill(folder / "hansard.db", workspace_id, min(_SESSIONS, many))
    _fill(folder / "hansard.db", workspace_id, many)
    began = time.perf_counter()
    house = open_house(Settings(data_dir=folder))
    try:
        if not house.parts.indexer.catch_up(workspace_id, many, _WAIT_S):
            raise AssertionError("the index did not catch up")
        seconds = time.perf_counter() - began
        waits = _in_process(house, workspace_id, size)
    finally:
        house.close()
    _over_http(folder, size, waits)
    log, index = ((folder / name).stat().st_size for name in ("hansard.db", "search.db"))
    section.say(
        f"{many:,} messages",
        f"indexed at {many / seconds:,.0f} a second; the log {log / 1e6:,.0f} MB, "
        f"the index {index / 1e6:,.0f} MB",
    )
    return waits


def _fill(file: Path, workspace_id: str, many: int) -> None:
    """Messages put straight into the table, spread over the sessions."""
    db = sqlite3.connect(file, isolation_level=None)
    places = ",".join("?" * len(COLUMNS))
    try:
        db.execute("PRAGMA synchronous=OFF")
        for start in range(0, many, _BATCH):
            db.execute("BEGIN")
            rows = _messages(workspace_id, range(start, min(many, start + _BATCH)))
            db.executemany(f"INSERT INTO events ({','.join(COLUMNS)}) VALUES ({places})", rows)
            db.execute("COMMIT")
        db.execute("UPDATE sessions SET pos = ? WHERE sid = 1", (many,))
    finally:
        db.close()


def _messages(workspace_id: str, numbers: range) -> Iterator[tuple[object, ...]]:
    now = now_ms()
    for number in numbers:
        dice = random.Random(number)
        said = [f"w{dice.randrange(_VOCABULARY)}w" for _ in range(_WORDS - 1)]
        said.append(f"w{dice.randrange(_COMMON)}w")
        payload = orjson.dumps({"content": [{"type": "text", "text": " ".join(said)}]})
        values = {
            "workspace_id": workspace_id,
            "pos": number + 1,
            "sid": number % _SESSIONS + 1,
            "seq": number // _SESSIONS + 1,
            "id": ids.to_bytes(ids.make("sevt", now, dice.getrandbits(74))),
            "type": "agent.message",
            "segment": 1,
            "v": 1,
            "actor": '{"type":"agent","id":null,"name":"coder"}',
            "created_at": now,
            "recorded_at": now,
            "processed_at": now,
            "salt": bytes(16),
            "hash": bytes(32),
            "payload": payload,
        }
        yield tuple(values.get(name) for name in COLUMNS)


def _asked(name: str, number: int) -> str:
    dice = random.Random(number)
    rare = dice.randrange(_COMMON, _VOCABULARY)
    return QUERIES[name].format(rare=rare, common=dice.randrange(_COMMON), start=rare // 10)


def _in_process(house: House, workspace_id: str, size: Size) -> Waits:
    waits = Waits()
    parts = house.parts
    for turn in range(size.rounds):
        everything: list[float] = []
        for name in QUERIES:

            def ask(number: int, name: str = name) -> None:
                asked = Asked(_asked(name, number))
                search.search(
                    parts.store, parts.indexer, parts.page_key, workspace_id, asked, limit=_LIMIT
                )

            times = _time(ask, turn, max(2, size.pages // len(QUERIES)))
            waits.p50.setdefault(name, []).append(percentile(times, 0.5))
            everything += times
        waits.all.append(percentile(everything, 0.5))
        waits.p95.append(percentile(everything, 0.95))
    return waits


def _over_http(folder: Path, size: Size, waits: Waits) -> None:
    names = list(QUERIES)
    with hansard(folder) as server:

        def ask(number: int) -> None:
            typed = quote(_asked(names[number % len(names)], number))
            server.get(f"/v1/search?limit={_LIMIT}&q={typed}")

        for turn in range(size.rounds):
            listed = _time(lambda _: server.get(_LIST), turn, size.pages)
            waits.listed.append(percentile(listed, 0.5))
            waits.http.append(percentile(_time(ask, turn, size.pages), 0.5))


def _time(call: Callable[[int], object], turn: int, times: int) -> list[float]:
    waits: list[float] = []
    for number in range(turn * times, (turn + 1) * times):
        began = time.perf_counter()
        call(number)
        waits.append((time.perf_counter() - began) * 1000)
    return waits


def _figures(section: Section, size: Size, found: dict[int, Waits]) -> None:
    small, large = size.messages
    for many, place in ((small, "small"), (large, "large")):
        waits = found[many]
        section.add(
            Figure(
                f"search.http.{place}",
                f"search {many:,} messages over HTTP, p50",
                "ms",
                waits.http,
                "the list of 50 over HTTP",
                waits.listed,
                Goal("at most", 3),
            )
        )
    section.add(
        Figure(
            "search.http.growth",
            f"search {large:,} messages over HTTP, p50",
            "ms",
            found[large].http,
            f"the same of {small:,}",
            found[small].http,
            Goal("at most", 1.5),
        )
    )
    section.add(
        Figure(
            "search.growth",
            f"search {large:,} messages in process, p50",
            "ms",
            found[large].all,
            f"the same of {small:,}",
            found[small].all,
            Goal("at most", 1.5),
        )
    )
    for name in QUERIES:
        section.add(
            Figure(
                f"search.{name}",
                f"search {large:,} messages, {name}, p50",
                "ms",
                found[large].p50[name],
                f"the same of {small:,}",
                found[small].p50[name],
            )
        )


def _append(section: Section, folder: Path, size: Size) -> None:
    rates: dict[tuple[str, bool], list[float]] = {}
    for _ in range(size.rounds):
        for indexed in (False, True):
            with tempfile.TemporaryDirectory(dir=folder) as place:
                for name, rate in uvloop.run(_rates(Path(place), size, indexed=indexed)).items():
                    rates.setdefault((name, indexed), []).append(rate)
    for name, producers, events in SHAPES:
        section.add(
            Figure(
                f"search.append.{name}",
                f"append by {producers}, {events} at once, the index following",
                "events/s",
                rates[name, True],
                "the same without an index",
                rates[name, False],
                Goal("at least", 0.7),
            )
        )


async def _rates(folder: Path, size: Size, *, indexed: bool) -> dict[str, float]:
    ours = Installation.on_file(folder, indexed=indexed)
    try:
        sessions = (await ours.sessions(min(size.live, 200)))[:_LIVE]
        append = appending(ours, sessions)
        return {
            name: (await drive(append(events), producers, size.cell_s, ours.store.writer)).rate
            for name, producers, events in SHAPES
        }
    finally:
        ours.close()
