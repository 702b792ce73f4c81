"""The list by its columns: pages of many sessions sorted and narrowed by what they came to."""

import time
from functools import partial
from pathlib import Path

from benchmarks import population, waits
from benchmarks.figure import Figure, Goal, Section
from benchmarks.size import Size
from hansard.domain import listing
from hansard.journal import figures as follower
from hansard.lens import rows
from hansard.store import figures as stored
from hansard.store.base import Store
from hansard.store.filters import Filter
from hansard.store.open import connect

_KEY = b"signs the cursors of this run..."
_LIMIT = 50
_SLOWEST_MS = 100
"""Of a page that is narrowed: so long is at once, for who asks."""
_DOLLARS = 1_000_000
_AGENT = [population.AGENTS[0]]
_NARROWED: dict[str, tuple[str, Filter, str]] = {
    "agent": ("by cost, of one agent", Filter(agents=_AGENT), "-cost"),
    "kind": ("by cost, of a kind that 1 in 100 has", Filter(kinds=["flow_run"]), "-cost"),
    "pair": (
        "by messages, of one agent's failed ones",
        Filter(agents=_AGENT, states=["failed"]),
        "messages",
    ),
    "connector": ("by tokens, of one connector", Filter(connectors=["stripe"]), "-tokens_in"),
    "edits": ("by turns, of those with edits", Filter(has=["edits"]), "turns"),
    "approval": ("what waits for an approval", Filter(has=["approval"]), "active_first"),
    "cheap": ("above 5 dollars", Filter(cost_min=5 * _DOLLARS), "active_first"),
    "dear": ("above 29.90 dollars", Filter(cost_min=29_900_000), "active_first"),
    "dear.kind": (
        "above 5 dollars, of a rare kind, by errors",
        Filter(cost_min=5 * _DOLLARS, kinds=["flow_run"]),
        "-errors",
    ),
}
ASKED: dict[str, tuple[str, Filter, str]] = {
    **{name: (f"by {name}", Filter(), f"-{name}") for name in listing.FIGURES},
    **{f"only.{name}": asked for name, asked in _NARROWED.items()},
}
"""Name → what is asked, as a person may."""


def fill(folder: Path) -> float:
    """Read the figures of every row, as the first start does; how many seconds it took."""
    store = connect(f"sqlite:///{folder / 'hansard.db'}")
    try:
        began = time.perf_counter()
        store.submit(lambda tx: stored.fill(tx, follower.VERSION, follower.entry)).result()
        return time.perf_counter() - began
    finally:
        store.close()


def measure(folder: Path, workspace_id: str, size: Size) -> dict[str, list[float]]:
    """p50 of each page in ms, a value a round."""

    def page(store: Store, chosen: Filter, sort: str) -> object:
        return rows.page(store, _KEY, workspace_id, chosen, sort=sort, limit=_LIMIT)

    asked = {
        name: partial(page, chosen=chosen, sort=sort) for name, (_, chosen, sort) in ASKED.items()
    }
    return waits.medians(folder, size, asked)


def figures(section: Section, size: Size, found: dict[int, dict[str, list[float]]]) -> None:
    """Put them into the list's table."""
    small, large = size.rows
    for name, (what, chosen, _) in ASKED.items():
        goal = Goal("at most", 1.5) if chosen == Filter() else None
        section.add(
            Figure(
                f"columns.{name}",
                f"{_LIMIT} of {large:,} {what}, p50",
                "ms",
                found[large][name],
                f"the same of {small:,}",
                found[small][name],
                goal or Goal("at most", _SLOWEST_MS, on="value"),
            )
        )
