"""The list's counts: tabs and facets of many sessions, next to those of few."""

from functools import partial
from pathlib import Path

from benchmarks import population, waits
from benchmarks.figure import Figure, Goal, Section
from benchmarks.size import Size
from hansard.lens import facets
from hansard.store.base import Store
from hansard.store.filters import Filter

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

    def counts(store: Store, chosen: Filter, tab: str | None, wanted: tuple[str, ...]) -> object:
        return facets.facets_of(store, workspace_id, chosen, tab=tab, wanted=wanted)

    asked = {
        name: partial(counts, chosen=chosen, tab=tab, wanted=wanted)
        for name, (_, chosen, tab, wanted) in _ASKED.items()
    }
    return waits.medians(folder, size, asked)


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
