"""A full disk: writes are refused, reads go on, and writes come back by themselves (P16)."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from hansard.domain.errors import StorageFull
from hansard.journal.change import Appended
from hansard.journal.verify import verify
from hansard.store import schema
from hansard.store.base import Tx
from hansard.store.open import open_store
from hansard.testing import Bench

LONG = int(os.environ.get("HANSARD_TEST_LONG", "1"))
SCRIPT = Path(__file__).with_name("full_disk.py")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    store = open_store(f"sqlite:///{tmp_path}/hansard.db")
    yield Bench(store)
    schema.finish(store)


async def test_a_full_database_refuses_and_forgets_nothing(bench: Bench):
    """P16: 507 `storage_full`, the refused append leaves no trace, then it is accepted."""
    session_id, other = await bench.create(), await bench.create()
    await bench.append(session_id, bench.said("before"))
    bench.store.submit(limited(2)).result()
    large = bench.said("x" * 60_000, id=bench.id("sevt"))
    outcomes = await bench.together(
        bench.append(session_id, large), bench.append(other, bench.said("y" * 60_000))
    )
    assert [type(o) for o in outcomes] == [StorageFull, StorageFull]
    assert (outcomes[0].status, outcomes[0].type) == (507, "storage_full")
    assert [e["seq"] for e in bench.events(session_id)] == [1, 2]
    assert bench.row(session_id)["seq"] == 2
    bench.store.submit(limited(1_000)).result()
    done = await bench.append(session_id, large)
    assert (done.added, done.events[0].seq) == (1, 3)
    assert verify(bench.journal, bench.workspace_id, session_id) == []
    assert bench.store.check() == []


async def test_what_still_fits_is_written_beside_what_does_not(bench: Bench):
    session_id, other = await bench.create(), await bench.create()
    bench.store.submit(limited(3)).result()
    outcomes = await bench.together(
        bench.append(session_id, bench.said("x" * 60_000)), bench.append(other, bench.said("y"))
    )
    assert [type(o) for o in outcomes] == [StorageFull, Appended]
    assert (bench.row(session_id)["seq"], bench.row(other)["seq"]) == (1, 2)


async def test_only_a_full_disk_is_called_one(bench: Bench):
    """Another error of the database keeps its name, whatever words are in it."""
    with pytest.raises(Exception, match="no such column: full") as caught:
        bench.store.submit(lambda tx: tx.read(text("SELECT full FROM events"))).result()
    assert not isinstance(caught.value, StorageFull)


def test_a_small_disk_fills_and_empties_again_and_again(tmp_path: Path):
    """P16: a real file system; no acknowledged event lost, reads throughout, back within 5 s."""
    if not can_mount():
        pytest.skip("this machine lets nobody mount a disk of their own")
    cycles = 6 * LONG
    found = subprocess.run(
        ["unshare", "-rm", sys.executable, SCRIPT, tmp_path, str(24 + 4 * LONG), str(cycles)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60 * LONG,
    )
    assert found.returncode == 0, found.stderr
    report = json.loads(found.stdout)
    assert (report["lost"], report["problems"], report["changed"]) == (0, [], [])
    assert report["reads"] == 4 * cycles
    assert report["acked"] > 10 * cycles and report["slowest_s"] < 5


def can_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    tried = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


def limited(pages: int):
    """A job that lets the file grow by so many pages and no more."""

    def run(tx: Tx) -> None:
        now = tx.read(text("PRAGMA page_count")).scalar_one()
        tx.read(text(f"PRAGMA max_page_count = {now + pages}"))

    return run
