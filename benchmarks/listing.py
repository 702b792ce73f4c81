"""The list: fifty rows of many, next to the same rows by a raw indexed query."""

import sqlite3
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from benchmarks import population
from benchmarks.bare import ROWS
from benchmarks.figure import Figure, Goal, Section, percentile
from benchmarks.server import Served, bare, hansard
from benchmarks.size import Size
from hansard.app import House, open_house
from hansard.config import Settings
from hansard.lens import rows
from hansard.store.sessions import Filter

_LIMIT = 50
_SORT = "active_first"
_PATH = f"/v1/sessions?sort={_SORT}&limit={_LIMIT}"
_BASE = "workspace_id=:workspace AND shelf=0 AND child=0"
_ORDER = "ORDER BY active DESC, updated_at DESC, id DESC LIMIT 50"


@dataclass(frozen=True, slots=True)
class Asked:
    """One list that a person may ask for, and the raw query that gives the same rows."""

    name: str
    chosen: Filter
    raw: str


def _by(index: str, condition: str = "") -> str:
    where = f"{_BASE} AND {condition}" if condition else _BASE
    return f"SELECT id, body FROM sessions INDEXED BY {index} WHERE {where} {_ORDER}"


LISTS = (
    Asked("all", Filter(), _by("sessions_list")),
    Asked(
        "agent",
        Filter(agents=[population.AGENTS[0]]),
        _by("sessions_by_agent_id", f"agent_id='{population.AGENTS[0]}'"),
    ),
    Asked("kind", Filter(kinds=["flow_run"]), _by("sessions_by_kind", "kind='flow_run'")),
    Asked("channel", Filter(channels=["slack"]), _by("sessions_by_channel", "channel='slack'")),
    Asked("state", Filter(states=["failed"]), _by("sessions_by_state", "state='failed'")),
    Asked("origin", Filter(origins=["slack"]), _by("sessions_by_origin", "origin='slack'")),
    Asked(
        "owner",
        Filter(owners=[population.PEOPLE[0]]),
        _by("sessions_by_owner_id", f"owner_id='{population.PEOPLE[0]}'"),
    ),
    Asked("tone", Filter(tones=["problem"]), _by("sessions_by_state", "state='failed'")),
    Asked(
        "connectors",
        Filter(connectors=["stripe"]),
        "SELECT s.id, s.body FROM session_connectors c CROSS JOIN sessions s ON s.sid=c.sid"
        " WHERE c.workspace_id=:workspace AND c.connector='stripe' AND shelf=0 AND child=0 "
        + _ORDER,
    ),
    Asked(
        "attention",
        Filter(attention=True),
        "SELECT id, body FROM sessions INDEXED BY sessions_attention"
        f" WHERE {_BASE} AND attention_since IS NOT NULL ORDER BY attention_since, id LIMIT 50",
    ),
)


@dataclass(slots=True)
class Times:
    """Percentiles of one list, a value a round: ours and raw, in ms."""

    p50: list[float] = field(default_factory=list[float])
    p95: list[float] = field(default_factory=list[float])
    raw_p50: list[float] = field(default_factory=list[float])
    raw_p95: list[float] = field(default_factory=list[float])


def run(size: Size, folder: Path) -> Section:
    """Measure two sizes of list, in process and over HTTP."""
    section = Section("list", "The session list")
    found: dict[int, dict[str, Times]] = {}
    for many in size.rows:
        with tempfile.TemporaryDirectory(dir=folder) as place:
            began = time.perf_counter()
            workspace_id = _fill(Path(place), many)
            seconds = time.perf_counter() - began
            found[many] = _in_process(Path(place), workspace_id, size)
            if many == size.rows[0]:
                _over_http(section, Path(place), size)
            section.say(
                f"{many:,} sessions",
                f"put straight into the table in {seconds:.0f} s, no events behind them; file "
                f"{(Path(place) / 'hansard.db').stat().st_size / 1e6:,.0f} MB",
            )
    _figures(section, size, found)
    section.say(
        "Filters", f"agent and owner match a fifth or less, the others 1 in {population.RARE}"
    )
    return section


def _fill(folder: Path, many: int) -> str:
    house = open_house(Settings(data_dir=folder))
    workspace_id = house.parts.workspace_id
    house.close()
    population.fill(folder / "hansard.db", workspace_id, many)
    return workspace_id


def _in_process(folder: Path, workspace_id: str, size: Size) -> dict[str, Times]:
    house = open_house(Settings(data_dir=folder))
    raw = sqlite3.connect(folder / "hansard.db", isolation_level=None)
    raw.execute("PRAGMA cache_size=-16000")  # as ours
    times = {asked.name: Times() for asked in LISTS}
    try:
        for _ in range(size.rounds):
            for asked in LISTS:
                _round(house, raw, workspace_id, asked, times[asked.name], size.pages)
    finally:
        raw.close()
        house.close()
    return times


def _round(
    house: House, raw: sqlite3.Connection, where: str, asked: Asked, times: Times, pages: int
) -> None:
    store, key = house.store, house.parts.page_key

    def ours() -> int:
        return len(rows.page(store, key, where, asked.chosen, sort=_SORT, limit=_LIMIT).rows)

    def theirs() -> int:
        return len(raw.execute(asked.raw, {"workspace": where}).fetchall())

    if ours() != theirs():
        raise AssertionError(f"{asked.name}: {ours()} rows here, {theirs()} by the raw query")
    for call, p50, p95 in (
        (theirs, times.raw_p50, times.raw_p95),
        (ours, times.p50, times.p95),
    ):
        waits = _time(call, pages)
        p50.append(percentile(waits, 0.5))
        p95.append(percentile(waits, 0.95))


def _time(call: Callable[[], object], times: int) -> list[float]:
    waits: list[float] = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        waits.append((time.perf_counter() - began) * 1000)
    return waits


def _over_http(section: Section, folder: Path, size: Size) -> None:
    answer = folder / "answer.json"
    times = Times()
    with hansard(folder, _PATH) as server:
        answer.write_bytes(server.get(_PATH))
        with bare("bare:app", "/", {ROWS: str(answer)}) as other:
            for _ in range(size.rounds):
                _note(other, times.raw_p50, times.raw_p95, size.pages)
                _note(server, times.p50, times.p95, size.pages)
    what = f"{_LIMIT} of {size.rows[0]:,} over HTTP"
    beside = "bare ASGI app that returns the same bytes"
    section.add(Figure("list.http.p50", f"{what}, p50", "ms", times.p50, beside, times.raw_p50))
    section.add(Figure("list.http.p95", f"{what}, p95", "ms", times.p95, beside, times.raw_p95))
    content = orjson.loads(answer.read_bytes())
    section.say("A row", f"{answer.stat().st_size // len(content['data']):,} B of JSON")


def _note(server: Served, p50: list[float], p95: list[float], pages: int) -> None:
    waits = _time(lambda: server.get(_PATH), pages)
    p50.append(percentile(waits, 0.5))
    p95.append(percentile(waits, 0.95))


def _figures(section: Section, size: Size, found: dict[int, dict[str, Times]]) -> None:
    small, large = size.rows
    raw = "raw query by the same index"
    for many in size.rows:
        what, times = f"{_LIMIT} of {many:,}", found[many]["all"]
        goal = Goal("at most", 5) if many == small else None
        place = "small" if many == small else "large"
        add = section.add
        add(Figure(f"list.{place}.p50", f"{what}, p50", "ms", times.p50, raw, times.raw_p50, goal))
        add(Figure(f"list.{place}.p95", f"{what}, p95", "ms", times.p95, raw, times.raw_p95))
    section.add(
        Figure(
            "list.growth",
            f"{_LIMIT} of {large:,}, p50",
            "ms",
            found[large]["all"].p50,
            f"the same of {small:,}",
            found[small]["all"].p50,
            Goal("at most", 1.5),
        )
    )
    for many in size.rows:
        place = "small" if many == small else "large"
        for asked in LISTS[1:]:
            times = found[many][asked.name]
            section.add(
                Figure(
                    f"list.{place}.{asked.name}",
                    f"{_LIMIT} of {many:,}, filter {asked.name}, p50",
                    "ms",
                    times.p50,
                    raw,
                    times.raw_p50,
                )
            )
