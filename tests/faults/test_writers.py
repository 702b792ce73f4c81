"""Many writers at once, some of them failing: numbers stay whole, nobody is locked out (P2, P3)."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from hansard.domain.errors import Conflict
from hansard.journal import tail
from hansard.journal.change import Appended
from hansard.journal.rebuild import rebuild
from hansard.journal.verify import verify
from hansard.store import agents, schema
from hansard.store.base import Store, Tx
from hansard.store.open import open_store
from hansard.testing import Bench
from hansard.testing.conformance.following import collect_workspace

LONG = int(os.environ.get("HANSARD_TEST_LONG", "1"))
WRITERS, SESSIONS, EACH = 16, 40, 20 * LONG


@pytest.fixture(params=["file", "postgres"])
def benches(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Bench]]:
    """One workspace through one SQLite store, or through two stores on one PostgreSQL."""
    opened: list[Store] = [open_store(f"sqlite:///{tmp_path}/hansard.db")]
    if request.param == "postgres":
        schema.finish(opened.pop())
        url = request.getfixturevalue("postgres_url")
        opened = [open_store(url), open_store(url)]
    first = Bench(opened[0])
    yield [Bench(store, first.clock, workspace_id=first.workspace_id) for store in opened]
    for store in opened:
        schema.finish(store)


class Failed(Exception):
    """A writer's own trouble, after it wrote."""


def breaks(tx: Tx, done: Appended) -> None:
    agents.insert_new(tx, "nowhere", done.events[0].id, "x", None, 1, b"{}")
    raise Failed


async def test_forced_rollbacks_leave_no_gap_and_no_duplicate(benches: list[Bench]):
    """P2: 16 writers, 40 sessions, every fifth append taken back after it wrote; readers tail."""
    sids = [await benches[0].create() for _ in range(SESSIONS)]
    start = tail.top(benches[0].store, benches[0].workspace_id)
    kept: Counter[str] = Counter()

    async def write(number: int) -> None:
        bench = benches[number % len(benches)]
        for turn in range(EACH):
            session_id = random.choice(sids)
            words = [bench.said(f"word {n}") for n in range(random.randrange(1, 4))]
            if turn % 5 == 4:
                with pytest.raises(Failed):
                    await bench.append(session_id, *words, also=[breaks])
            else:
                await bench.append(session_id, *words)
                kept[session_id] += len(words)

    await asyncio.gather(*(write(n) for n in range(WRITERS)))
    total = kept.total()
    followers = [collect_workspace(bench, start, total) for bench in benches]
    for lines in await asyncio.gather(*followers):
        assert len({line.pos for line in lines}) == total
    bench = benches[-1]
    for session_id in sids:
        events = bench.events(session_id)
        assert [event["seq"] for event in events] == list(range(1, kept[session_id] + 2))
        assert len({event["id"] for event in events}) == len(events)
        assert verify(bench.journal, bench.workspace_id, session_id) == []
    assert rebuild(bench.journal, bench.workspace_id, write=False).changed == []


async def test_of_racers_for_one_seq_exactly_one_wins_each_round(benches: list[Bench]):
    """P3: 8 clients, one `expected_seq`; then each sends the same again and nothing is added."""
    session_id = await benches[0].create()
    for expected in range(1, 1 + 25 * LONG):
        racers = [
            (bench, bench.said(f"{n}", id=bench.id("sevt")))
            for n, bench in enumerate(benches * (8 // len(benches)))
        ]
        outcomes = await asyncio.gather(
            *(b.append(session_id, d, expected_seq=expected) for b, d in racers),
            return_exceptions=True,
        )
        winners = [n for n, o in enumerate(outcomes) if isinstance(o, Appended)]
        losers = [o for o in outcomes if isinstance(o, Conflict)]
        assert (len(winners), len(losers)) == (1, 7), outcomes
        assert {o.details["current_seq"] for o in losers} == {expected + 1}
        bench, draft = racers[winners[0]]
        again = await bench.append(session_id, draft, expected_seq=expected)
        assert (again.added, again.events[0].seq) == (0, expected + 1)
    assert [e["seq"] for e in benches[0].events(session_id)] == list(range(1, 2 + 25 * LONG))


async def test_the_same_events_from_two_clients_at_once_are_stored_once(benches: list[Bench]):
    """P3: retries race each other, alone and in company, on two processes; creations too."""
    for crowd in (1, 4) * 8:
        session_id = benches[0].id("sesn")
        first = benches[0].created(session_id)
        created = benches[0].draft("session.created", id=benches[0].id("sevt"), **first.payload)
        said = benches[0].said("once", id=benches[0].id("sevt"))
        done = await asyncio.gather(
            *(b.append(session_id, created, create=True) for b in benches * crowd)
        )
        assert {d.events[0].seq for d in done} == {1}
        done = await asyncio.gather(*(b.append(session_id, said) for b in benches * crowd))
        assert {d.events[0].seq for d in done} == {2}
        assert sum(d.added for d in done) == 1
        assert len(benches[-1].events(session_id)) == 2


async def test_sixty_four_writers_and_their_readers_are_never_locked_out(benches: list[Bench]):
    """P2: no "database is locked": any error would end the gathering."""
    sids = [await benches[0].create() for _ in range(8)]

    async def write(number: int) -> None:
        bench = benches[number % len(benches)]
        for _ in range(6 * LONG):
            await bench.append(random.choice(sids), bench.said("x" * random.choice((10, 9_000))))
            await asyncio.to_thread(bench.row, random.choice(sids))

    await asyncio.gather(*(write(n) for n in range(64)))
    assert sum(benches[0].row(s)["seq"] for s in sids) == len(sids) + 64 * 6 * LONG
