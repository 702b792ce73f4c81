"""Processes made to be killed: one appends and says what was acknowledged (P1), one migrates."""

import asyncio
import os
import random
import time
from multiprocessing.connection import Connection
from pathlib import Path

from hansard.domain.draft import Draft
from hansard.store import schema, sessions
from hansard.store.open import open_store
from hansard.testing.bench import Bench

WRITERS = 6
SESSIONS = 3


def run(url: str, workspace_id: str | None, acks: Connection, seed: int) -> None:
    """Append to sessions of a workspace until somebody kills this process.

    Args:
        url: the store.
        workspace_id: where; None makes a workspace.
        acks: a line goes there after each acknowledgement, with what a reader must find ever
            after: the workspace; a session; or a session, the first seq and the ids of events.
        seed: of the choices.
    """
    random.seed(seed)
    bench = Bench(open_store(url), now, workspace_id=workspace_id)
    asyncio.run(_append_for_ever(bench, acks.fileno()))


def migrate(url: str, migrations: str, pipe: Connection) -> None:
    """Open a database, with the migrations of a folder, and say when that begins and is done
    (P20).
    """
    schema.MIGRATIONS = Path(migrations)
    pipe.send("begin")
    store = open_store(url)
    pipe.send("done")
    schema.finish(store)


def now() -> int:
    """The clock on the wall, in ms UTC."""
    return time.time_ns() // 1_000_000


async def _append_for_ever(bench: Bench, acks: int) -> None:
    os.write(acks, f"workspace {bench.workspace_id}\n".encode())
    known = bench.store.read(lambda c: sessions.everything(c, bench.workspace_id))
    sids = [session_id for _, session_id in known][:SESSIONS]
    while len(sids) < SESSIONS:
        parent = sids[0] if sids else None
        made = await bench.create(parent_id=parent, root_id=parent)
        os.write(acks, f"created {made}\n".encode())
        sids.append(made)
    await asyncio.gather(*(_write(bench, sids, acks) for _ in range(WRITERS)))


async def _write(bench: Bench, sids: list[str], acks: int) -> None:
    while True:
        session_id = random.choice(sids)
        done = await bench.append(session_id, *_batch(bench))
        ids = " ".join(event.id for event in done.events)
        os.write(acks, f"acked {session_id} {done.events[0].seq} {ids}\n".encode())


def _batch(bench: Bench) -> list[Draft]:
    """One to five events that belong together: each says how many there are."""
    count = random.randrange(1, 6)
    words = "word " * random.choice((1, 20, 200, 2_000, 14_000))
    usage = {"output_tokens": count}
    events = [
        bench.said(words),
        bench.draft("agent.tool_use", name="bash", input={}),
        bench.draft("span.model_request_end", model="m", model_usage=usage, cost_micros=count),
        bench.draft("x.unknown"),
        bench.said("last"),
    ]
    return [*events[-count:], bench.draft("x.batch", size=count + 1)]
