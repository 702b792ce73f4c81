"""The list: fifty rows of many, next to the same rows by a raw indexed query."""

import sqlite3
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from benchmarks import clients, columns, facets, population
from benchmarks.bare import ROWS
from benchmarks.bare_list import ALL, CACHE, FILE, WHERE
from benchmarks.figure import Figure, Goal, Section, percentile
from benchmarks.server import Served, bare, hansard
from benchmarks.size import Size
from hansard.app import open_house
from hansard.config import Settings
from hansard.lens import rows
from hansard.store.base import Store
from hansard.store.filters import Filter
from hansard.store.open import connect

_LIMIT, _FEW = 50, 8
_KEY = b"signs the cursors of this run..."
_SORT = "active_first"
_PATH = f"/v1/sessions?sort={_SORT}&limit={_LIMIT}"
_CLIENTS = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """One list that a person may ask for.

    Attributes:
        raw: the query that gives the same rows by one index, where there is one.
        limit: rows of the page; so many match at either size, so that both do the same work.
    """

    name: str
    chosen: Filter
    raw: str = ""
    limit: int = _LIMIT


_AGENT, _OWNER = {"agents": [population.AGENTS[0]]}, {"owners": [population.PEOPLE[0]]}
_RARE: dict[str, dict[str, list[str]]] = {
    "kind": {"kinds": ["flow_run"]},
    "mode": {"modes": ["ask"]},
    "channel": {"channels": ["slack"]},
    "state": {"states": ["failed"]},
    "origin": {"origins": ["slack"]},
    "tone": {"tones": ["problem"]},
}
ALONE = (
    Asked("agent", Filter(**_AGENT)),
    Asked("owner", Filter(**_OWNER)),
    *(Asked(name, Filter(**values)) for name, values in _RARE.items()),
    Asked("connectors", Filter(connectors=["stripe"]), limit=_FEW),
)
PAIRS = (
    Asked("agent + owner", Filter(**_AGENT, **_OWNER), limit=_FEW),
    *(
        Asked(f"{who} + {name}", Filter(**whose, **values), limit=_FEW)
        for who, whose in (("agent", _AGENT), ("owner", _OWNER))
        for name, values in _RARE.items()
        if name != "tone"
    ),
)
LISTS = (
    Asked(
        "all",
        Filter(),
        ALL,
    ),
    Asked(
        "attention",
        Filter(attention=True),
        "SELECT id, body FROM sessions INDEXED BY sessions_attention"
        " WHERE workspace_id=:workspace AND shelf=0 AND child=0 AND attention_since IS NOT NULL"
        " ORDER BY attention_since, id LIMIT 50",
    ),
    *ALONE,
    *PAIRS,
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
    counted: dict[int, dict[str, list[float]]] = {}
    sorted_: dict[int, dict[str, list[float]]] = {}
    for many in size.rows:
        with tempfile.TemporaryDirectory(dir=folder) as place:
            began = time.perf_counter()
            workspace_id = _fill(Path(place), many)
            seconds = time.perf_counter() - began
            followed = columns.fill(Path(place))
            found[many] = _in_process(Path(place), workspace_id, size)
            counted[many] = facets.measure(Path(place), workspace_id, size)
            sorted_[many] = columns.measure(Path(place), workspace_id, size)
            if many == size.rows[0]:
                _over_http(section, Path(place), workspace_id, size)
            section.say(
                f"{many:,} sessions",
                f"put straight into the table in {seconds:.0f} s, no events behind them; their "
                f"figures read in {followed:.0f} s, as a first start does; file "
                f"{(Path(place) / 'hansard.db').stat().st_size / 1e6:,.0f} MB",
            )
    _figures(section, size, found)
    facets.figures(section, size, counted)
    columns.figures(section, size, sorted_)
    section.say(
        "Filters",
        f"agent and owner match a fifth or less, the others 1 in {population.RARE}; pairs, and "
        f"connectors, are measured with pages of {_FEW} rows, which both sizes can fill",
    )
    return section


def _fill(folder: Path, many: int) -> str:
    house = open_house(Settings(data_dir=folder))
    workspace_id = house.parts.workspace_id
    house.close()
    population.fill(folder / "hansard.db", workspace_id, many)
    return workspace_id


def _in_process(folder: Path, workspace_id: str, size: Size) -> dict[str, Times]:
    store = connect(
        f"sqlite:///{folder / 'hansard.db'}"
    )  # alone: no search index is made beside it
    raw = sqlite3.connect(folder / "hansard.db", isolation_level=None)
    raw.execute(CACHE)
    times = {asked.name: Times() for asked in LISTS}
    try:
        for _ in range(size.rounds):
            for asked in LISTS:
                _round(store, raw, workspace_id, asked, times[asked.name], size.pages)
    finally:
        raw.close()
        store.close()
    return times


def _round(
    store: Store, raw: sqlite3.Connection, where: str, asked: Asked, times: Times, pages: int
) -> None:
    def ours() -> int:
        return len(rows.page(store, _KEY, where, asked.chosen, sort=_SORT, limit=asked.limit).rows)

    def theirs() -> int:
        return len(raw.execute(asked.raw, {"workspace": where}).fetchall())

    calls = [(ours, times.p50, times.p95)]
    if asked.raw:
        if ours() != theirs():
            raise AssertionError(f"{asked.name}: {ours()} rows here, {theirs()} by the raw query")
        calls.insert(0, (theirs, times.raw_p50, times.raw_p95))
    for call, p50, p95 in calls:
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


def _over_http(section: Section, folder: Path, workspace_id: str, size: Size) -> None:
    answer = folder / "answer.json"
    rows = {FILE: str(folder / "hansard.db"), WHERE: workspace_id}
    times = Times()
    rates: dict[str, list[float]] = {"bytes": [], "rows": [], "ours": []}
    with hansard(folder, _PATH) as server:
        answer.write_bytes(server.get(_PATH))
        with (
            bare("bare:app", "/", {ROWS: str(answer)}) as other,
            bare("bare_list:app", "/", rows) as lister,
        ):
            _check(orjson.loads(answer.read_bytes()), orjson.loads(lister.get("/")))
            for _ in range(size.rounds):
                _note(other, times.raw_p50, times.raw_p95, size.pages)
                _note(server, times.p50, times.p95, size.pages)
                for name, one, path in (
                    ("bytes", other, "/"),
                    ("rows", lister, "/"),
                    ("ours", server, _PATH),
                ):
                    rates[name].append(_rate(one, path, size.cell_s))
    what = f"{_LIMIT} of {size.rows[0]:,} over HTTP"
    beside = "bare ASGI app that returns the same bytes"
    section.add(Figure("list.http.p50", f"{what}, p50", "ms", times.p50, beside, times.raw_p50))
    section.add(Figure("list.http.p95", f"{what}, p95", "ms", times.p95, beside, times.raw_p95))
    for ids, side, beside, goal in (
        ("rate", "rows", "bare ASGI app that runs the raw query", Goal("at least", 0.35)),
        ("rate.bytes", "bytes", "bare ASGI app that returns the same bytes", None),
    ):
        what = f"{_LIMIT} of {size.rows[0]:,} over HTTP, {_CLIENTS} connections"
        unit, own = "requests/s", rates["ours"]
        section.add(Figure(f"list.http.{ids}", what, unit, own, beside, rates[side], goal))
    content = orjson.loads(answer.read_bytes())
    section.say("A row", f"{answer.stat().st_size // len(content['data']):,} B of JSON")


def _check(ours: Any, theirs: Any) -> None:
    """Both sides answer the same sessions."""
    shown, raw = ({row["id"] for row in answer["data"]} for answer in (ours, theirs))
    if shown != raw:
        raise AssertionError(f"{len(shown - raw)} rows of ours are not in the raw list")


def _rate(server: Served, path: str, seconds: float) -> float:
    asked = clients.request("GET", path, server.port, server.headers)
    return clients.drive(server.port, _CLIENTS, seconds, lambda _: asked).rate


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
    for asked in LISTS[1:]:
        section.add(
            Figure(
                f"list.{asked.name.replace(' + ', '.')}",
                f"{asked.limit} of {large:,} by {asked.name}, p50",
                "ms",
                found[large][asked.name].p50,
                f"the same of {small:,}",
                found[small][asked.name].p50,
                Goal("at most", 1.5),
            )
        )
