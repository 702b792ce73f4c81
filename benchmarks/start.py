"""Start: from the start of the process to the first list answered."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import importing
from benchmarks.figure import Figure, Section
from benchmarks.server import ROOT, Served, bare, hansard
from benchmarks.size import Size
from hansard.app import open_house
from hansard.config import Settings


def run(size: Size, folder: Path) -> Section:
    """Start servers on an empty folder and on one with imported sessions, and the command."""
    section = Section("start", "Start")
    rounds = size.rounds * size.starts
    with tempfile.TemporaryDirectory(dir=folder) as place:
        base = Path(place)
        filled = imported(base, size)
        empty = [_seconds(lambda n=n: hansard(base / f"empty-{n}")) for n in range(rounds)]
        others = [_seconds(lambda: bare("bare:app", "/")) for _ in range(rounds)]
        later = [_seconds(lambda: hansard(filled)) for _ in range(rounds)]
        more = [_seconds(lambda: bare("bare:app", "/")) for _ in range(rounds)]
    beside = "bare ASGI app on the same server library"
    section.add(Figure("start.empty", "first start, to the first list", "s", empty, beside, others))
    section.add(Figure("start.imported", "start with imported sessions", "s", later, beside, more))
    helps = [_command(["-m", "hansard", "--help"]) for _ in range(rounds)]
    nothing = [_command(["-c", "pass"]) for _ in range(rounds)]
    section.add(
        Figure("start.help", "`hansard --help`", "s", helps, "an empty Python program", nothing)
    )
    section.say("Rounds", f"{rounds} starts of each; a first start makes keys and the schema")
    return section


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
