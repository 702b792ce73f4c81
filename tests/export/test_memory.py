"""Length costs no memory (P25): what an export, a check and an import hold is a page."""

import os
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hansard.export import discover
from hansard.export.base import Selection
from hansard.journal import copy, proof, read, restore
from hansard.journal.seal import Seal
from hansard.store import schema
from hansard.store.open import open_store
from hansard.testing import Bench

MEGABYTE = 1 << 20
EVENTS = min(1_000_000, 12_000 * int(os.environ.get("HANSARD_TEST_LONG", "1")))
TEXT = "word " * 120
SEAL = Seal(b"a seed of the tests, 32 bytes...")


@pytest.fixture
def benches(tmp_path: Path) -> Iterator[tuple[Bench, Bench]]:
    made = [open_store(f"sqlite:///{tmp_path}/{name}/hansard.db") for name in ("one", "two")]
    yield Bench(made[0]), Bench(made[1])
    for store in made:
        schema.finish(store)


def peak(work: Callable[[], Any]) -> int:
    """The bytes of Python objects that some work held at most."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


async def test_a_long_session_is_exported_checked_and_imported_in_bounded_memory(
    benches: tuple[Bench, Bench], tmp_path: Path
):
    """At most 10 MB more than a short one, and the line count is the event count."""
    bench, target = benches
    short, long = await bench.create(), await bench.create()
    await bench.append(short, *(bench.said(TEXT) for _ in range(200)))
    for _ in range(EVENTS // 1_000):
        await bench.append(long, *(bench.said(TEXT) for _ in range(1_000)))
    costs: dict[str, list[int]] = {"write": [], "check": [], "import": []}
    for session_id, events in ((short, 201), (long, EVENTS + 1)):
        path = tmp_path / f"{session_id}.jsonl"
        costs["write"].append(peak(lambda s=session_id, p=path: write(bench, s, p)))
        assert lines(path) == events + 2
        costs["check"].append(peak(lambda p=path: examine(p)))
        section = examine(path).sections[0]
        costs["import"].append(
            peak(
                lambda p=path, of=section: restore.restore(
                    target.journal, target.workspace_id, p, of, bytes, trusted=True
                )
            )
        )
        at = read.place(target.store, target.workspace_id, session_id)
        assert read.count(target.store, target.workspace_id, at, ["agent.message"], 0) == events - 1
    growth = {name: (long_ - short_) / MEGABYTE for name, (short_, long_) in costs.items()}
    assert max(growth.values()) < 10, growth


def write(bench: Bench, session_id: str, path: Path) -> None:
    chosen = [copy.choose(bench.store, bench.workspace_id, session_id)]
    what = Selection(bench.store, bench.workspace_id, chosen, SEAL, bench.clock(), "0.0.0")
    with path.open("wb") as file:
        for piece in discover.named(None).write(what):
            file.write(piece)


def examine(path: Path) -> proof.Proof:
    with proof.opened(path) as file:
        return proof.examine(file)


def lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)
