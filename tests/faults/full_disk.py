"""A script for `unshare -m`: fills a small disk, frees it, and says what happened (P16)."""

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from hansard.domain.errors import StorageFull
from hansard.journal.rebuild import rebuild
from hansard.journal.verify import verify
from hansard.store import schema
from hansard.store.open import open_store
from hansard.testing import Bench

ROOM = 600_000
PATIENCE_S = 5


async def main(disk: Path, cycles: int) -> None:
    url = f"sqlite:///{disk}/data/hansard.db"
    bench = Bench(open_store(url))
    sids = [await bench.create() for _ in range(4)]
    acked: set[tuple[str, int]] = set()
    reads, slowest = 0, 0.0
    for _ in range(cycles):
        ballast = disk / "ballast"
        crowd(ballast)
        while not await fill(bench, sids, acked):
            pass
        for session_id in sids:
            reads += len(bench.events(session_id)) == bench.row(session_id)["seq"]
        await asyncio.sleep(random.choice((0, 0.1)))
        ballast.unlink()
        began = time.monotonic()
        while await fill(bench, sids[:1], acked):
            assert time.monotonic() - began < PATIENCE_S, "there is room, but nothing is written"
            await asyncio.sleep(0.02)
        slowest = max(slowest, time.monotonic() - began)
    schema.finish(bench.store)
    report = inspect(url, bench, sids, acked)
    print(json.dumps({**report, "reads": reads, "slowest_s": slowest}))


def crowd(ballast: Path) -> None:
    """Leave little room beside it; a checkpoint may take room at the same moment."""
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while (left := os.statvfs(ballast.parent)).f_bavail * left.f_frsize > ROOM:
            file.write(bytes(64 * 1024))


def inspect(url: str, before: Bench, sids: list[str], acked: set[tuple[str, int]]) -> dict:
    bench = Bench(open_store(url), before.clock, workspace_id=before.workspace_id)
    stored = {(s, event["seq"]) for s in sids for event in bench.events(s)}
    problems = [p for s in sids for p in verify(bench.journal, bench.workspace_id, s)]
    report = {
        "acked": len(acked),
        "lost": len(acked - stored),
        "problems": problems + bench.store.check(),
        "changed": rebuild(bench.journal, bench.workspace_id, write=False).changed,
    }
    schema.finish(bench.store)
    return report


async def fill(bench: Bench, sids: list[str], acked: set[tuple[str, int]]) -> bool:
    """Append from several writers; whether the disk was full for one of them."""
    outcomes = await asyncio.gather(
        *(bench.append(s, bench.said("x" * random.randrange(30_000))) for s in sids * 2),
        return_exceptions=True,
    )
    for outcome in outcomes:
        if isinstance(outcome, StorageFull):
            continue
        if isinstance(outcome, BaseException):
            raise outcome
        acked.add((outcome.session.id, outcome.events[0].seq))
    return any(isinstance(o, StorageFull) for o in outcomes)


if __name__ == "__main__":
    options = ["-t", "tmpfs", "-o", f"size={sys.argv[2]}m", "none", sys.argv[1]]
    subprocess.run(["mount", *options], check=True)
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[3])))
