"""Clients race, lose answers, take back and are killed: their story holds together (P2, P3)."""

import asyncio
import json
import os
import random
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest
from tests.faults import clients, history
from tests.faults.clients import Past
from tests.faults.history import Entry

from hansard.journal.verify import verify
from hansard.store import schema
from hansard.store.open import open_store
from hansard.testing import Bench, victim

LONG = int(os.environ.get("HANSARD_TEST_LONG", "1"))
SESSIONS = 5
KILLS = 3
APPENDS = 25 * min(LONG, 5)
_FOR_EVER = 1_000_000
_LIFE_S = 0.7


@pytest.fixture(params=["file", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "postgres":
        yield request.getfixturevalue("postgres_url")
    else:
        yield f"sqlite:///{tmp_path}/hansard.db"


class Stage:
    """A workspace on which processes come and go."""

    def __init__(self, nursery: ForkServerContext, url: str, seed: int) -> None:
        self.nursery, self.url, self.seed = nursery, url, seed
        self.story: list[Entry] = []
        bench = Bench(open_store(url), victim.now)
        self.workspace_id = bench.workspace_id
        self.sids = [asyncio.run(bench.create()) for _ in range(SESSIONS)]
        schema.finish(bench.store)

    def lives(self, lane: str, kills: int) -> None:
        """One process after another: so many are killed at work, the last one finishes."""
        chance = random.Random(f"{self.seed} {lane}")
        past: Past = []
        for number in range(kills + 1):
            dies = number < kills
            told = self.life(f"{self.seed}.{lane}.{number}", past, chance if dies else None)
            self.story += told
            past = unknown(told)

    def life(self, name: str, past: Past, dies: random.Random | None) -> list[Entry]:
        """What the clients of one process said before it ended."""
        pipe, theirs = self.nursery.Pipe(duplex=False)
        appends = _FOR_EVER if dies else APPENDS
        arguments = (self.url, self.workspace_id, self.sids, name, appends, past, theirs)
        process = self.nursery.Process(target=clients.run, args=arguments)
        process.start()
        theirs.close()
        said = os.read(pipe.fileno(), 1 << 16)
        if dies is not None:
            killer = threading.Timer(dies.uniform(0, _LIFE_S), process.kill)
            killer.start()
        while piece := os.read(pipe.fileno(), 1 << 16):
            said += piece
        process.join(30)
        assert process.exitcode == (0 if dies is None else -signal.SIGKILL)
        process.close()
        pipe.close()
        return [json.loads(line) for line in said.split(b"\n")[:-1]]

    def end(self) -> list[Entry]:
        """The whole story, with the log as it is now; its chains are checked too."""
        bench = Bench(open_store(self.url), victim.now, workspace_id=self.workspace_id)
        last = clients.look(bench, self.sids)
        for session_id in self.sids:
            assert verify(bench.journal, self.workspace_id, session_id) == []
        schema.finish(bench.store)
        return sorted([*self.story, *last], key=lambda entry: entry["at"])


def unknown(told: list[Entry]) -> Past:
    """Appends without an end: the next process may send them again."""
    begun = {e["op"]: e for e in told if e["type"] == "invoke" and e["f"] == "append"}
    ended = {entry["op"] for entry in told if entry["type"] in ("ok", "fail")}
    return [(e["session"], e["marks"]) for op, e in begun.items() if op not in ended]


def test_racing_writers_and_their_readers_tell_one_story(
    nursery: ForkServerContext, url: str, tmp_path: Path
):
    """P2, P3: 8 writers and 6 readers a process, on PostgreSQL two processes side by side.

    Processes are killed three times a round, every seventh append is taken back after it wrote,
    answers get lost, transactions are held open, events are sent twice by other processes.
    HANSARD_TEST_LONG=n plays n rounds, and up to five times longer ones.
    """
    lanes = {"a": KILLS} if url.startswith("sqlite") else {"a": KILLS, "b": 0}
    for _ in range(LONG):
        seed = random.randrange(1 << 32)
        stage = Stage(nursery, url.replace("hansard.db", f"{seed}.db"), seed)
        with ThreadPoolExecutor() as threads:
            list(threads.map(stage.lives, lanes, lanes.values()))
        story = stage.end()
        found = history.violations(story)
        if found:
            history.keep(story, tmp_path / "history.jsonl")
        assert found == [], f"seed {seed}: python -m tests.faults.history {tmp_path}/history.jsonl"
        assert_it_was_worth_looking(story)


def assert_it_was_worth_looking(story: list[Entry]) -> None:
    """Everything that can happen did: otherwise the checker had nothing to check."""
    told = history.Story(story)
    sent = [tuple(op.asked["marks"]) for op in told.appends]
    assert {op.end for op in told.appends} == {"ok", "fail", "info"}
    assert len(sent) > len(set(sent)) + 10, "nothing was sent twice"
    assert any(op.end == "fail" and op.answer["current"] is None for op in told.appends)
    assert any(op.end == "fail" and op.answer["current"] for op in told.appends)
    assert len(told.place) > 300
    for kind in ("tail", "follow"):
        seen = [op for op in told.ops.values() if op.asked["f"] == kind]
        assert {op.end for op in seen} == {"ok", "info"}, "readers ended, and were killed"
