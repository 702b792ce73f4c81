"""Start: from the start of the process to the first list answered."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import importing, population
from benchmarks.figure import Figure, Goal, Section
from benchmarks.installation import settle
from benchmarks.server import ROOT, Served, bare, hansard
from benchmarks.size import Size
from hansard.app import open_house
from hansard.config import Settings


def run(size: Size, folder: Path) -> Section:
    """Start servers on a new folder, on an empty one, on full ones; and the command."""
    section = Section("start", "Start")
    rounds = range(size.rounds * size.starts)
    times: dict[str, list[float]] = {name: [] for name in ("first", "empty", "imported", "many")}
    others: list[float] = []
    with tempfile.TemporaryDirectory(dir=folder) as place:
        base = Path(place)
        folders = {
            "empty": _opened(base / "empty"),
            "imported": imported(base, size),
            "many": populated(base / "many", size.sessions),
        }
        for number in rounds:
            others.append(_seconds(lambda: bare("bare:app", "/")))
            times["first"].append(_seconds(lambda n=number: hansard(base / f"first-{n}")))
            for name, data in folders.items():
                times[name].append(_seconds(lambda data=data: hansard(data)))
    beside, goal = "bare ASGI app on the same server library", Goal("at most", 3.5)
    for name, what, asked in (
        ("first", "first start, to the first list", None),
        ("empty", "start on an empty database, to the first list", goal),
        ("imported", "start with imported sessions", goal),
    ):
        section.add(Figure(f"start.{name}", what, "s", times[name], beside, others, asked))
    section.add(
        Figure(
            "start.many",
            f"start with {size.sessions:,} sessions",
            "s",
            times["many"],
            "start on an empty database",
            times["empty"],
            Goal("at most", 1.2),
        )
    )
    helps = [_command(["-m", "hansard", "--help"]) for _ in rounds]
    nothing = [_command(["-c", "pass"]) for _ in rounds]
    section.add(
        Figure("start.help", "`hansard --help`", "s", helps, "an empty Python program", nothing)
    )
    section.say("Rounds", f"{len(rounds)} starts of each; a first start makes keys and the schema")
    return section


def _opened(data: Path) -> Path:
    """A data folder as a first start leaves it."""
    open_house(Settings(data_dir=data)).close()
    return data


def populated(data: Path, many: int) -> Path:
    """A data folder with many sessions in the list, all known to the search index."""
    house = open_house(Settings(data_dir=data))
    workspace_id = house.parts.workspace_id
    house.close()
    population.fill(data / "hansard.db", workspace_id, many)
    house = open_house(Settings(data_dir=data))
    try:
        settle(house.parts.indexer, workspace_id, rows=many)
    finally:
        house.close()
    return data


def imported(base: Path, size: Size) -> Path:
    """A data folder with one copy of the test logs in it."""
    logs, data = base / "logs", base / "imported"
    importing.copy(importing.chosen(size), logs, 1)
    house = open_house(Settings(data_dir=data))
    try:
        importing.load(house, logs)
    finally:
        house.close()
    return data


def _seconds(start: Callable[[], Served]) -> float:
    with start() as server:
        return server.seconds


def _command(arguments: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL, timeout=60
    )
    return time.perf_counter() - began
