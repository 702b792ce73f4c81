"""Followers while two processes' worth of writers append to one database (P12, P2)."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing

import psycopg
import pytest

from hansard.journal import read, tail
from hansard.journal.read import Line
from hansard.journal.verify import verify
from hansard.store import schema
from hansard.store.base import Store
from hansard.store.open import open_store
from hansard.testing import Bench
from hansard.testing.conformance.following import collect_workspace

WRITERS, EACH = 8, 12
PATIENCE_S = 60


@pytest.fixture
def stores(postgres_url: str) -> Iterator[list[Store]]:
    """Two stores on one PostgreSQL database, as two server processes have them."""
    opened = [open_store(postgres_url) for _ in range(2)]
    yield opened
    for store in opened:
        schema.finish(store)


@pytest.fixture
def benches(stores: list[Store]) -> list[Bench]:
    first = Bench(stores[0])
    return [first, Bench(stores[1], first.clock, workspace_id=first.workspace_id)]


async def test_readers_of_two_processes_miss_nothing_from_any_cursor(benches: list[Bench]):
    """P12, P2: 8 writers on two stores, readers joining at random times and cursors on both."""
    sids = [await benches[0].create() for _ in range(3)]
    total = WRITERS * EACH + len(sids)
    start = tail.top(benches[0].store, benches[0].workspace_id)
    followers = [collect_workspace(bench, start, total) for bench in benches * 2]
    readers = [
        _joins(random.choice(benches), random.choice(sids), random.uniform(0, 0.2))
        for _ in range(10)
    ]
    writers = [_writes(benches[n % 2], sids, EACH) for n in range(WRITERS)]
    async with asyncio.timeout(PATIENCE_S):
        *seen, _ = await asyncio.gather(*followers, *readers, _all(writers, benches, sids))
    whole = tail.workspace(benches[0].store, benches[0].workspace_id, start, {}, 10_000)
    assert len(whole) == total
    assert [line.pos for line in whole] == sorted({line.pos for line in whole})
    for lines in seen[: len(followers)]:
        assert lines == whole
    stored = {s: _stored(benches[1], s) for s in sids}
    for session_id, lines in seen[len(followers) :]:
        assert lines, "every reader saw the end"
        assert lines == stored[session_id][lines[0].seq - 1 :]
    for session_id in sids:
        assert verify(benches[0].journal, benches[0].workspace_id, session_id) == []


async def test_a_reader_that_stalls_and_loses_wake_ups_misses_nothing(benches: list[Bench]):
    """P12: buffers overflow while it does not read; another process writes meanwhile."""
    here, there = benches
    session_id = await here.create()
    at = read.place(here.store, here.workspace_id, session_id)
    async with asyncio.timeout(PATIENCE_S):
        async with aclosing(tail.session(here.store, here.workspace_id, at, 0, 1)) as lines:
            seen = [await anext(lines)]
            for number in range(30):
                large = "x" * 40_000
                await (here, there)[number % 2].append(session_id, here.said(large))
            seen += [await anext(lines) for _ in range(3)]
            await asyncio.gather(*(_writes(b, [session_id], 10) for b in benches))
            async for line in lines:
                seen.append(line)
                if line is not None and line.seq == 51:
                    break
    assert [line.seq for line in seen if line] == list(range(1, 52))


async def test_processes_that_write_to_the_same_families_never_wait_in_a_circle(
    benches: list[Bench], postgres_url: str
):
    """Rows are locked in one order (kernel.md, section 7): no deadlock to be resolved."""
    roots = [await benches[0].create() for _ in range(3)]
    sids = list(roots)
    for root in roots:
        sids += [await benches[0].create(parent_id=root, root_id=root) for _ in range(3)]
    before = _deadlocks(postgres_url)

    async def give_birth(bench: Bench) -> None:
        for _ in range(EACH):
            root = random.choice(roots)
            await bench.create(parent_id=root, root_id=root)

    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(
            *(_writes(benches[n % 2], sids, EACH) for n in range(24)),
            *(give_birth(benches[n % 2]) for n in range(6)),
        )
    assert sum(benches[0].row(s)["seq"] for s in sids) == len(sids) + 24 * EACH
    assert sum(benches[0].row(r)["children"]["count"] for r in roots) == 9 + 6 * EACH
    for bench in benches:
        schema.finish(bench.store)
    assert _deadlocks(postgres_url) == before


async def test_a_lost_connection_costs_one_write_and_no_more(
    benches: list[Bench], postgres_url: str
):
    """P17, in short: the writer's backend dies between two commits."""
    here, there = benches
    session_id = await here.create()
    _cut(postgres_url, "true")
    lost = await asyncio.gather(here.append(session_id, here.said("lost?")), return_exceptions=True)
    done = await here.append(session_id, here.said("kept"))
    assert done.events[0].seq == (2 if isinstance(lost[0], BaseException) else 3)
    await asyncio.gather(there.append(session_id, there.said("?")), return_exceptions=True)
    await there.append(session_id, there.said("kept"))
    assert verify(here.journal, here.workspace_id, session_id) == []


async def test_a_follower_finds_what_came_while_wake_ups_were_cut_off(
    benches: list[Bench], postgres_url: str
):
    """P12: another process appends while this one's wake-up connection is down."""
    here, there = benches
    session_id = await here.create()
    at = read.place(here.store, here.workspace_id, session_id)
    async with aclosing(tail.session(here.store, here.workspace_id, at, 0, 300)) as lines:
        assert await anext(lines) is not None
        following = asyncio.ensure_future(anext(lines))
        await asyncio.sleep(0.05)
        _cut(postgres_url, "query LIKE 'LISTEN%'")
        await there.append(session_id, there.said("unheard"))
        async with asyncio.timeout(PATIENCE_S):
            line = await following
        assert line is not None and line.seq == 2


async def _joins(bench: Bench, session_id: str, delay: float) -> tuple[str, list[Line]]:
    """A reader that comes later, at a random place of what is there, and reads to the end."""
    await asyncio.sleep(delay)
    at = read.place(bench.store, bench.workspace_id, session_id)
    after = random.randrange(0, bench.row(session_id)["seq"])
    found: list[Line] = []
    follower = tail.session(bench.store, bench.workspace_id, at, after, 0.5)
    async with aclosing(follower) as lines:
        async for line in _really(lines):
            found.append(line)
            if line.type == "session.ended":
                break
            if random.random() < 0.1:
                await asyncio.sleep(random.uniform(0, 0.02))
    assert found[0].seq == after + 1
    return session_id, found


async def _all(writers: list, benches: list[Bench], sids: list[str]) -> None:
    await asyncio.gather(*writers)
    for session_id in sids:
        bench = random.choice(benches)
        await bench.append(session_id, bench.draft("session.ended", state="completed"))


async def _writes(bench: Bench, sids: list[str], count: int) -> None:
    for number in range(count):
        await bench.append(random.choice(sids), bench.said(f"word {number}"))


async def _really(lines: AsyncIterator[Line | None]) -> AsyncIterator[Line]:
    async for line in lines:
        if line is not None:
            yield line


def _stored(bench: Bench, session_id: str) -> list[Line]:
    at = read.place(bench.store, bench.workspace_id, session_id)
    return read.page(bench.store, bench.workspace_id, at, limit=10_000)


def _cut(url: str, which: str) -> None:
    """End connections to the database, as a restart or a firewall does."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = current_database() AND pid <> pg_backend_pid() AND {which}"
        )


def _deadlocks(url: str) -> int:
    with psycopg.connect(url) as connection:
        query = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        return connection.execute(query).fetchone()[0]  # type: ignore[index]
