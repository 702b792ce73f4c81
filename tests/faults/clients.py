"""Clients that race on one workspace and write down what they asked and what they saw (P2, P3)."""

import asyncio
import hashlib
import json
import os
import random
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import aclosing
from multiprocessing.connection import Connection
from typing import Any

import orjson
from tests.faults.history import Entry

from hansard.domain import ids
from hansard.domain.draft import Draft
from hansard.domain.errors import Conflict
from hansard.journal import read, tail
from hansard.journal.change import Also, Appended
from hansard.journal.read import Line
from hansard.journal.tail import Bell
from hansard.store import agents, schema
from hansard.store.base import Tx
from hansard.store.open import open_store
from hansard.testing import Bench, victim
from hansard.testing.bench import AGENT

WRITERS = 8
_PIECE = 20
_PATIENCE_S = 20
_HELD_S = 0.01
_BORN = 1_800_000_000_000
Past = list[tuple[str, list[str]]]
"""(session, marks) of appends that may be sent again, by anybody."""


class Failed(Exception):
    """A writer's own trouble, after it wrote."""


def run(
    url: str, workspace_id: str, sids: list[str], name: str, appends: int, past: Past,
    pipe: Connection,
) -> None:  # fmt: skip
    """Be the clients of one process; entries go to the pipe, a line each.

    Args:
        name: sets them apart from others, and is the seed of their choices.
        appends: how many each writer makes.
        past: what earlier processes sent and nobody knows the end of.
    """
    bench = Bench(open_store(url), victim.now, workspace_id=workspace_id)

    def say(entry: Entry) -> None:
        os.write(pipe.fileno(), json.dumps(entry).encode() + b"\n")

    asyncio.run(Clients(bench, sids, name, say, past).play(appends))
    schema.finish(bench.store)


async def race(
    benches: Sequence[Bench], sids: Sequence[list[str]], seed: str, appends: int
) -> list[Entry]:
    """Several sets of clients on one loop, each with its sessions; what they said."""
    history: list[Entry] = []
    crowds = [
        Clients(bench, some, f"{seed}-{number}", history.append, [])
        for number, (bench, some) in enumerate(zip(benches, sids, strict=True))
    ]
    await asyncio.gather(*(crowd.play(appends) for crowd in crowds))
    return history


def look(bench: Bench, sids: list[str]) -> list[Entry]:
    """The reads that come after everything else."""
    history: list[Entry] = []
    clients = Clients(bench, sids, "last", history.append, [])
    for session_id in sids:
        asked = {"f": "read", "session": session_id, "after": 0, "final": True}
        op = clients.ask(asked)
        clients.tell(op, "rows", rows=clients.read(session_id, 0))
        clients.tell(op, "ok")
    return history


class Clients:
    """Writers, a reader that follows each session, and one that follows the workspace.

    Args:
        say: takes an entry of the history.
        past: sent again now and then; grows by what is sent here.
    """

    def __init__(
        self, bench: Bench, sids: list[str], name: str, say: Callable[[Entry], None], past: Past
    ) -> None:
        self.bench = bench
        self.sids = sids
        self.name = name
        self.chance = random.Random(name)
        self._say = say
        self._past = past
        self._asked = 0
        self._marked = 0
        self._at = {sid: 1 for sid in sids}
        self._unheard: set[asyncio.Task[None]] = set()
        self._quiet = asyncio.Event()

    async def play(self, appends: int) -> None:
        """Write and read; ends when every reader has seen what all writers here wrote."""
        where = self.bench.store, self.bench.workspace_id
        followed = await asyncio.to_thread(tail.top, *where)
        readers = [asyncio.ensure_future(self._follow(followed))]
        readers += [asyncio.ensure_future(self._tail(sid)) for sid in self.sids]
        await asyncio.gather(*(self._write(appends) for _ in range(WRITERS)))
        await asyncio.gather(*self._unheard)
        self._quiet.set()
        await asyncio.gather(*readers)

    def ask(self, asked: Entry) -> str:
        """Say that something is asked; the name of the operation."""
        self._asked += 1
        op = f"{self.name}.{self._asked}"
        self._say({"at": time.monotonic_ns(), "op": op, "type": "invoke", **asked})
        return op

    def tell(self, op: str, kind: str, **more: Any) -> None:
        """Say what came of it."""
        self._say({"at": time.monotonic_ns(), "op": op, "type": kind, **more})

    def read(self, session_id: str, after: int) -> list[list[Any]]:
        """Rows of a session after a seq."""
        store, where = self.bench.store, self.bench.workspace_id
        at = read.place(store, where, session_id)
        return [row(line)[1:] for line in read.page(store, where, at, after=after, limit=10**9)]

    async def _write(self, appends: int) -> None:
        session_id = self.sids[0]
        for _ in range(appends):
            if self.chance.random() < 0.15:
                await self._read(session_id)  # its own write, most of the time
                continue
            session_id = self.chance.choice(self.sids)
            if self._past and self.chance.random() < 0.15:
                await self._append(*self.chance.choice(self._past), None)
                continue
            marks = [self._mark() for _ in range(self.chance.randrange(1, 9))]
            expected = self._at[session_id] if self.chance.random() < 0.3 else None
            await self._fresh(session_id, marks, expected)

    async def _fresh(self, session_id: str, marks: list[str], expected: int | None) -> None:
        luck = self.chance.random()
        if luck < 0.15:
            await self._append(session_id, marks, expected, (breaks,))
            return
        also = (holds(self.chance.uniform(0, _HELD_S)),) if luck < 0.18 else ()
        if luck > 0.9:  # the answer is lost on its way
            self._past.append((session_id, marks))
            lost = asyncio.ensure_future(self._append(session_id, marks, expected, also, deaf=True))
            self._unheard.add(lost)
            await asyncio.sleep(0)
            return
        await self._append(session_id, marks, expected, also)
        if expected is None:
            self._past.append((session_id, marks))

    async def _append(
        self, session_id: str, marks: list[str], expected: int | None,
        also: tuple[Also, ...] = (), *, deaf: bool = False,
    ) -> None:  # fmt: skip
        asked = {"f": "append", "session": session_id, "marks": marks, "expected": expected}
        op = self.ask(asked)
        drafts = [event(mark) for mark in marks]
        try:
            done = await self.bench.append(session_id, *drafts, expected_seq=expected, also=also)
        except Failed:
            self.tell(op, "fail", current=None)
        except Conflict as refusal:
            self._at[session_id] = refusal.details["current_seq"]
            self.tell(op, "info" if deaf else "fail", current=refusal.details["current_seq"])
        else:
            self._at[session_id] = max(self._at[session_id], done.events[-1].seq)
            seqs = [event.seq for event in done.events]
            self.tell(op, "info" if deaf else "ok", seqs=seqs, added=done.added)

    async def _read(self, session_id: str) -> None:
        after = self.chance.choice((0, self.chance.randrange(self._at[session_id])))
        op = self.ask({"f": "read", "session": session_id, "after": after, "final": False})
        rows = await asyncio.to_thread(self.read, session_id, after)
        self.tell(op, "rows", rows=rows)
        self.tell(op, "ok")

    async def _tail(self, session_id: str) -> None:
        """Follow a session; the stream is cut now and then and goes on from its cursor."""
        store, where = self.bench.store, self.bench.workspace_id
        at = await asyncio.to_thread(read.place, store, where, session_id)
        seen = Seen(self, {"f": "tail", "session": session_id, "after": 0})
        while not seen.ended:
            left = self.chance.randrange(1, 60)
            async with aclosing(tail.session(store, where, at, seen.cursor, 0.1)) as lines:
                async for line in lines:
                    if line is not None:
                        seen.take([row(line)[1:]], line.seq)
                        left -= 1
                    if line is None or left == 0:
                        seen.look_round(lambda: self.bench.row(session_id)["seq"])
                        break

    async def _follow(self, after: int) -> None:
        """Follow the workspace in pages of every size."""
        store, where = self.bench.store, self.bench.workspace_id
        seen = Seen(self, {"f": "follow", "after": after})
        with Bell(store, where) as bell:
            while not seen.ended:
                limit = self.chance.randrange(1, 60)
                lines = await asyncio.to_thread(
                    tail.workspace, store, where, seen.cursor, {}, limit
                )
                if lines:
                    seen.take([row(line) for line in lines], lines[-1].pos)
                elif not await bell.wait(0.05):
                    seen.look_round(lambda: tail.top(store, where))

    def quiet(self) -> bool:
        """Whether all writers here are done."""
        return self._quiet.is_set()

    def _mark(self) -> str:
        self._marked += 1
        return f"{self.name}:{self._marked}"


class Seen:
    """What one reader saw: said in pieces, and finished when it has seen everything."""

    def __init__(self, clients: Clients, asked: Entry) -> None:
        self._clients = clients
        self._op = clients.ask(asked)
        self._rows: list[list[Any]] = []
        self._upto: int | None = None
        self._until = 0.0
        self.cursor: int = asked["after"]
        self.ended = False

    def take(self, rows: list[list[Any]], cursor: int) -> None:
        """Keep rows; the reader goes on behind the last of them."""
        self._rows += rows
        self.cursor = cursor
        if len(self._rows) >= _PIECE:
            self._flush()

    def look_round(self, top: Callable[[], int]) -> None:
        """Nothing comes at the moment: perhaps that was all."""
        self._flush()
        if not self._clients.quiet():
            return
        if self._upto is None:
            self._upto, self._until = top(), time.monotonic() + _PATIENCE_S
        if self.cursor >= self._upto or time.monotonic() > self._until:
            self.ended = True
            self._clients.tell(self._op, "ok", upto=self._upto)

    def _flush(self) -> None:
        while self._rows:
            self._clients.tell(self._op, "rows", rows=self._rows[:_PIECE])
            del self._rows[:_PIECE]


def event(mark: str) -> Draft:
    """The event of a mark: the same one whoever sends it, and whenever."""
    payload = {"content": [{"type": "text", "text": mark}]}
    return Draft("agent.message", payload, AGENT, _BORN, id=ids.derived("sevt", _BORN, mark))


def row(line: Line) -> list[Any]:
    """[session, seq, pos, mark, digest] of an event."""
    told = orjson.loads(line.body)
    mark = told["content"][0]["text"] if line.type == "agent.message" else line.type
    digest = hashlib.sha256(line.body).hexdigest()[:16]
    return [told["session_id"], line.seq, line.pos, mark, digest]


def breaks(tx: Tx, _done: Appended) -> None:
    """Write, then fail: the database has to take everything back."""
    agents.insert_new(tx, "nowhere", uuid.uuid4().hex, "x", None, 1, b"{}")
    raise Failed


def holds(seconds: float) -> Also:
    """Keep the transaction open for a while."""

    def run(_tx: Tx, _done: Appended) -> None:
        time.sleep(seconds)

    return run
