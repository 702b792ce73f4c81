"""The list's counts: tabs and facets of many sessions, next to those of few."""

import time
from pathlib import Path

from benchmarks import population
from benchmarks.figure import Figure, Goal, Section, percentile
from benchmarks.size import Size
from hansard.lens import facets
from hansard.store.filters import Filter
from hansard.store.open import connect

_ASKED: dict[str, tuple[str, Filter, str | None, tuple[str, ...]]] = {
    "tabs": ("the eight tabs and one facet", Filter(), None, ("kind",)),
    "all": ("all facets and tabs", Filter(), None, ()),
    "agent": ("the same of one agent", Filter(agents=[population.AGENTS[0]]), None, ()),
    "pair": (
        "the same of one agent's failed ones",
        Filter(agents=[population.AGENTS[0]], states=["failed"]),
        None,
        (),
    ),
    "attention": ("the same of what needs a person", Filter(), "needs-you", ()),
    "connector": ("the same of one connector", Filter(connectors=["stripe"]), None, ()),
}


def measure(folder: Path, workspace_id: str, size: Size) -> dict[str, list[float]]:
    """p50 of each question in ms, a value a round."""
    found: dict[str, list[float]] = {name: [] for name in _ASKED}
    store = connect(f"sqlite:///{folder / 'hansard.db'}")
    try:
        for _ in range(size.rounds):
            for name, (_, chosen, tab, wanted) in _ASKED.items():
                waits: list[float] = []
                for _ in range(max(5, size.pages // 10)):
                    began = time.perf_counter()
                    facets.facets_of(store, workspace_id, chosen, tab=tab, wanted=wanted)
                    waits.append((time.perf_counter() - began) * 1000)
                found[name].append(percentile(waits, 0.5))
    finally:
        store.close()
    return found


def figures(section: Section, size: Size, found: dict[int, dict[str, list[float]]]) -> None:
    """Put them into the list's table."""
    small, large = size.rows
    for name, (what, _, _, _) in _ASKED.items():
        section.add(
            Figure(
                f"facets.{name}",
                f"{what} of {large:,}, p50",
                "ms",
                found[large][name],
                f"the same of {small:,}",
                found[small][name],
                Goal("at most", 20, 40, on="value"),
            )
        )
