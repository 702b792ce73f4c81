"""Memory: what an idle server holds after its first list."""

import tempfile
import time
from pathlib import Path

from benchmarks.figure import Figure, Goal, Section
from benchmarks.server import Served, bare, hansard
from benchmarks.size import Size
from benchmarks.start import imported

_GOAL = Goal("at most", 90, 120, on="value")
_IDLE_S = 3.0


def run(size: Size, folder: Path) -> Section:
    """Resident memory of servers that have answered one list and then rested."""
    section = Section("memory", "Idle memory")
    idle = min(_IDLE_S, size.cell_s * 2)
    empty: list[float] = []
    later: list[float] = []
    others: list[float] = []
    with tempfile.TemporaryDirectory(dir=folder) as place:
        base = Path(place)
        filled = imported(base, size)
        for number in range(size.rounds):
            empty.append(_resident(hansard(base / f"empty-{number}"), idle))
            later.append(_resident(hansard(filled), idle))
            others.append(_resident(bare("bare:app", "/"), idle))
    beside = "bare ASGI app on the same server library"
    section.add(Figure("memory.empty", "empty, one list", "MB", empty, beside, others, _GOAL))
    section.add(
        Figure("memory.imported", "imported sessions, one list", "MB", later, beside, others, _GOAL)
    )
    section.say("Idle", f"{idle:.1f} s after the first answer; resident, 1 MB = 10^6 bytes")
    return section


def _resident(server: Served, idle: float) -> float:
    with server:
        time.sleep(idle)
        return server.rss_mb()
