"""`kill -9` at any moment: what was acknowledged is there, and nothing is torn (P1)."""

import os
import random
import signal
import time
from multiprocessing.context import ForkServerContext
from pathlib import Path

from sqlalchemy import text

from hansard.domain.draft import Json
from hansard.domain.session import no_tokens
from hansard.journal.rebuild import rebuild
from hansard.journal.verify import verify
from hansard.store import ledger, schema, sessions
from hansard.store.open import open_store
from hansard.testing import Bench, victim

LONG = int(os.environ.get("HANSARD_TEST_LONG", "1"))


class Life:
    """A database and what its users were promised."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.workspace_id: str | None = None
        self.created: set[str] = set()
        self.promised: dict[tuple[str, int], str] = {}

    def hear(self, lines: list[str]) -> None:
        for word, *rest in (line.split() for line in lines):
            if word == "workspace":
                self.workspace_id = rest[0]
            elif word == "created":
                self.created.add(rest[0])
            else:
                session_id, seq, *ids = rest
                for offset, event_id in enumerate(ids):
                    self.promised[session_id, int(seq) + offset] = event_id


def test_every_acknowledged_event_survives_kill_9(nursery: ForkServerContext, tmp_path: Path):
    """P1: 25 kills here, five on each of five files; HANSARD_TEST_LONG=n makes n times as many.

    After each: acknowledged events are there, seq has no gap, no append is half there, the
    chain holds, the file is sound, and rows and ledger are the fold of the log.
    """
    promises = 0
    for file in range(5 * LONG):
        life = Life(f"sqlite:///{tmp_path}/{file}/hansard.db")
        for number in range(5):
            at_once = number == 4
            life.hear(lives_and_dies(nursery, life, file * 5 + number, at_once))
            if life.workspace_id is not None:
                examine(life, life.workspace_id, clean=number % 2 == 0)
        promises += len(life.promised)
    assert promises > 50 * LONG, "it was killed at work, not before"


def lives_and_dies(nursery: ForkServerContext, life: Life, seed: int, at_once: bool) -> list[str]:
    """Let a victim write for a random moment, kill it; what it had acknowledged.

    Args:
        at_once: it may die while it opens the file.
    """
    pipe, theirs = nursery.Pipe(duplex=False)
    process = nursery.Process(target=victim.run, args=(life.url, life.workspace_id, theirs, seed))
    process.start()
    theirs.close()
    found = b"" if at_once else os.read(pipe.fileno(), 100)
    time.sleep(random.uniform(0, 0.12))
    assert process.is_alive(), "it died by itself"
    os.kill(process.pid or 0, signal.SIGKILL)
    while piece := os.read(pipe.fileno(), 1 << 16):
        found += piece
    process.join(10)
    assert process.exitcode == -signal.SIGKILL
    process.close()
    pipe.close()
    return found.decode().splitlines()


def examine(life: Life, workspace_id: str, clean: bool) -> None:
    """Everything that must hold, whenever it died."""
    store = open_store(life.url)
    bench = Bench(store, victim.now, workspace_id=workspace_id)
    assert store.read(lambda c: c.execute(text("PRAGMA integrity_check")).scalars().all()) == ["ok"]
    listed = {s for _, s in store.read(lambda c: sessions.everything(c, workspace_id))}
    assert life.created <= listed
    found: dict[tuple[str, int], str] = {}
    for session_id in listed:
        events = bench.events(session_id)
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
        found |= {(session_id, event["seq"]): event["id"] for event in events}
        whole_batches(events[1:])
        assert verify(bench.journal, workspace_id, session_id) == []
        row, sums = bench.row(session_id), store.read(_sums(workspace_id, session_id))
        assert {name: sums[name] for name in no_tokens()} == row["tokens"]
        assert (sums["cost_micros"], sums["calls"]) == (row["cost_micros"], row["tool_call_count"])
    assert life.promised.items() <= found.items()
    report = rebuild(bench.journal, workspace_id, write=False)
    assert (report.broken, report.changed) == ({}, [])
    if clean:
        schema.finish(store)
    else:
        store.close()


def whole_batches(events: list[Json]) -> None:
    """Every append is there as a whole: its last event says how many it had."""
    since = 0
    for event in events:
        since += 1
        if event["type"] == "x.batch":
            assert event["size"] == since
            since = 0
    assert since == 0


def _sums(workspace_id: str, session_id: str):
    return lambda c: ledger.sums(c, workspace_id, session_id)
