"""How long each of several questions to a filled database takes."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.figure import percentile
from benchmarks.size import Size
from hansard.store.base import Store
from hansard.store.open import connect


def medians(
    folder: Path, size: Size, asked: Mapping[str, Callable[[Store], object]]
) -> dict[str, list[float]]:
    """p50 of each question in ms, a value a round."""
    found: dict[str, list[float]] = {name: [] for name in asked}
    store = connect(f"sqlite:///{folder / 'hansard.db'}")
    try:
        for _ in range(size.rounds):
            for name, ask in asked.items():
                waits: list[float] = []
                for _ in range(max(5, size.pages // 10)):
                    began = time.perf_counter()
                    ask(store)
                    waits.append((time.perf_counter() - began) * 1000)
                found[name].append(percentile(waits, 0.5))
    finally:
        store.close()
    return found
