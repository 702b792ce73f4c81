"""A process that works on a recorded disk: it appends, deletes, and says what it acknowledged."""

import asyncio
import pickle
import random
import time
from concurrent.futures import Future
from pathlib import Path
from sqlite3 import Connection as Driver

import pytest
from sqlalchemy import Engine, event
from tests.faults.mutants import Plant, acknowledges_before_the_commit
from tests.faults.recorder import Recorder

from hansard.domain.draft import Draft
from hansard.journal import erase
from hansard.journal.change import Appended
from hansard.store import schema, sqlite
from hansard.store.base import Tx
from hansard.store.open import open_store
from hansard.testing import Bench, victim
from hansard.testing.bench import PERSON

SESSIONS = 3


def run(folder: Path, out: Path, seed: int, rounds: int, weakness: str | None) -> None:
    """Work for some rounds on a fresh file, then pickle the record of it.

    Args:
        out: where the record goes.
        weakness: one of `WEAKNESSES`, to be planted before the work begins.
    """
    recorder = Recorder()
    if weakness is not None:
        WEAKNESSES[weakness](pytest.MonkeyPatch())
    Worker(recorder, f"sqlite:///{folder}/hansard.db", seed).work(rounds)
    out.write_bytes(pickle.dumps(recorder.log))


class Worker:
    """Bursts of appends, pauses in which the store checkpoints, and a delete now and then."""

    def __init__(self, recorder: Recorder, url: str, seed: int) -> None:
        self.bench = Bench(open_store(url), victim.now)
        self.mark = recorder.mark
        self.chance = random.Random(seed)
        self.calls = 0
        self.mark("workspace", self.bench.workspace_id)
        self.sids = [self._create() for _ in range(SESSIONS)]

    def work(self, rounds: int) -> None:
        waiting: list[Future[Appended]] = []
        for number in range(rounds):
            waiting += [self._append() for _ in range(self.chance.randrange(1, 7))]
            if self.chance.random() < 0.8:
                while waiting:
                    waiting.pop().result()
            if self.chance.random() < 0.06:
                time.sleep(0.08)
            if number % 16 == 12:
                self._replace()
        while waiting:
            waiting.pop().result()
        schema.finish(self.bench.store)

    def _create(self) -> str:
        made = asyncio.run(self.bench.create())
        self.mark("created", made)
        return made

    def _replace(self) -> None:
        """Delete a session: the write-ahead log is emptied then (P11); another takes its place."""
        gone = self.sids.pop(0)
        where = self.bench.workspace_id
        self.mark("deleting", gone)
        asyncio.run(erase.delete(self.bench.journal, where, gone, PERSON))
        self.mark("deleted", gone)
        self.sids.append(self._create())

    def _append(self) -> "Future[Appended]":
        bench, number = self.bench, self.calls
        self.calls += 1

        def written(_tx: Tx, _done: Appended) -> None:
            self.mark("written", number)

        def acknowledged(future: "Future[Appended]") -> None:
            events = future.result().events
            told = {event.seq: (event.id, event.hash) for event in events}
            self.mark("acked", number, events[0].session_id, told)

        change = bench.journal.change(
            bench.workspace_id, self.chance.choice(self.sids), self._batch(), also=(written,)
        )
        job = bench.journal.job(change)
        future = bench.store.submit(job, len(change.drafts), change.keys)
        future.add_done_callback(acknowledged)
        return future

    def _batch(self) -> list[Draft]:
        """Events that belong together: the last one says how many there are."""
        count = self.chance.randrange(0, 3)
        words = [self.bench.said("word " * self.chance.choice((1, 9, 90, 900))) for _ in "12"]
        return [*words[:count], self.bench.draft("x.batch", size=count + 1)]


def _synchronous(level: str) -> Plant:
    """The store syncs less than it should."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        prepare = sqlite._prepare_writer

        def careless(engine: Engine) -> None:
            prepare(engine)

            @event.listens_for(engine, "connect")
            def _less(driver: Driver, _record: object) -> None:
                driver.execute(f"PRAGMA synchronous={level}")

        patch.setattr(sqlite, "_prepare_writer", careless)

    return plant


WEAKNESSES = {
    "synchronous=NORMAL": _synchronous("NORMAL"),
    "synchronous=OFF": _synchronous("OFF"),
    "acknowledged before the commit": acknowledges_before_the_commit,
}
