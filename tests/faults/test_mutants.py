"""The checker sees what it is there for: bugs planted in the real store, one at a time (1.1)."""

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from copy import deepcopy
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.faults import clients, history, mutants
from tests.faults.history import Entry
from tests.faults.mutants import Plant

from hansard.store import schema
from hansard.store.base import Store, Tx
from hansard.store.open import open_store
from hansard.testing import Bench, victim

APPENDS = 10
SESSIONS = 3


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    store = open_store(f"sqlite:///{tmp_path}/hansard.db")
    yield Bench(store, victim.now)
    schema.finish(store)


@pytest.fixture
def pair(postgres_url: str) -> Iterator[list[Bench]]:
    """One workspace through two stores, as two processes have it."""
    stores: list[Store] = [open_store(postgres_url), open_store(postgres_url)]
    first = Bench(stores[0], victim.now)
    yield [first, Bench(stores[1], victim.now, workspace_id=first.workspace_id)]
    for store in stores:
        schema.finish(store)


async def played(
    *benches: Bench,
    plant: Plant = lambda _: None,
    strike: Callable[[], None] = lambda: None,
    apart: bool = False,
) -> list[Entry]:
    """A story of clients that race on fresh sessions while a bug is planted.

    Args:
        strike: what happens to the database when they are done.
        apart: each bench has sessions of its own, so that no row is locked by two.
    """
    sids = [[await bench.create() for _ in range(SESSIONS)] for bench in benches]
    sids = sids if apart else [sids[0]] * len(benches)
    with pytest.MonkeyPatch.context() as patch:
        plant(patch)
        told = await clients.race(benches, sids, sids[0][0], APPENDS)
    strike()
    return [*told, *clients.look(benches[0], sorted({sid for some in sids for sid in some}))]


def caught(story: list[Entry], words: str) -> bool:
    return any(re.search(words, problem) for problem in history.violations(story))


async def caught_soon(play: Callable[[], Awaitable[list[Entry]]], words: str) -> bool:
    """Whether a bug that needs the right moment shows itself in one of five stories."""
    for _ in range(5):
        if caught(await play(), words):
            return True
    return False


@pytest.mark.parametrize("name", mutants.ANYWHERE)
async def test_a_bug_in_the_store_is_caught(bench: Bench, name: str):
    plant, words = mutants.ANYWHERE[name]
    assert history.violations(await played(bench)) == []
    assert await caught_soon(lambda: played(bench, plant=plant), words)


@pytest.mark.parametrize(
    ("plant", "apart", "words"),
    [
        (mutants.takes_cursors_from_a_sequence, True, r"skipped \[\("),
        (mutants.locks_no_rows, False, r"seq \d+ follows \d+"),
    ],
)
async def test_a_bug_between_two_processes_is_caught(
    pair: list[Bench], plant: Plant, apart: bool, words: str
):
    """The unique index is taken away: it would make a process that held no lock try again."""
    pair[0].store.submit(prepared).result()
    assert history.violations(await played(*pair, apart=apart)) == []
    assert await caught_soon(lambda: played(*pair, plant=plant, apart=apart), words)


def prepared(tx: Tx) -> None:
    tx.write(text("DROP INDEX IF EXISTS events_seq"))
    start = "START 1000000 INCREMENT 100"
    tx.write(text(f"CREATE SEQUENCE IF NOT EXISTS cursors {start}"))


async def test_ids_remembered_in_memory_only_are_caught(bench: Bench):
    plant = mutants.remembers_event_ids_in_memory_only
    assert history.violations(await started_anew(bench, lambda _: None)) == []
    assert history.violations(await played(anew(bench), plant=plant)) == [], "as long as it runs"
    assert caught(await started_anew(bench, plant), "is there more than once")


async def started_anew(bench: Bench, plant: Plant) -> list[Entry]:
    """A story whose second half is another process, which sends some events again."""
    first, second = anew(bench), anew(bench)
    sids = [await first.create() for _ in range(SESSIONS)]
    told: list[Entry] = []
    past: clients.Past = []
    with pytest.MonkeyPatch.context() as patch:
        plant(patch)
        await clients.Clients(first, sids, f"{sids[0]}.1", told.append, past).play(APPENDS)
        await clients.Clients(second, sids, f"{sids[0]}.2", told.append, past).play(APPENDS)
    return [*told, *clients.look(bench, sids)]


def anew(bench: Bench) -> Bench:
    """What a process that starts has: nothing in memory."""
    return Bench(bench.store, bench.clock, workspace_id=bench.workspace_id)


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        (
            "UPDATE events SET payload = (SELECT payload FROM events WHERE seq = 8) WHERE seq = 9",
            "another event at 9",
        ),
        ("DELETE FROM events WHERE pos = (SELECT max(pos) FROM events)", "is lost|another event"),
        ("DELETE FROM events WHERE seq = 9", "seq 10 follows 8"),
    ],
)
async def test_an_event_that_does_not_stay_is_caught(bench: Bench, tamper: str, words: str):
    def strike() -> None:
        bench.store.submit(lambda tx: tx.write(text(tamper))).result()

    assert history.violations(await played(bench)) == []
    assert caught(await played(bench, strike=strike), words)


async def test_two_appends_in_the_wrong_order_are_caught(bench: Bench):
    """In a story that is all right otherwise: whoever saw the two saw them exchanged."""
    story = await played(bench)
    assert history.violations(story) == []
    wrong = exchanged(story, *in_turn(history.Story(story)))
    assert caught(wrong, "which was there when it was sent")


def in_turn(told: history.Story) -> tuple[history.Op, history.Op]:
    """Two appends of one size to one session, one answered before the other was sent."""
    sent = Counter(op.asked["marks"][0] for op in told.appends)
    once = [op for op in told.appends if op.end == "ok" and sent[op.asked["marks"][0]] == 1]
    return next(
        (first, second)
        for first, second in permutations(once, 2)
        if first.asked["session"] == second.asked["session"]
        and len(first.asked["marks"]) == len(second.asked["marks"])
        and first.ended < second.began
    )


def exchanged(story: list[Entry], first: history.Op, second: history.Op) -> list[Entry]:
    """A story in which the events of two appends lie at each other's places."""
    digests = {row[-2]: row[-1] for entry in story for row in entry.get("rows", [])}
    pairs = list(zip(first.asked["marks"], second.asked["marks"], strict=True))
    other = dict(pairs) | {b: a for a, b in pairs}
    answers = {first.name: second.answer, second.name: first.answer}
    changed = deepcopy(story)
    for entry in changed:
        for row in entry.get("rows", []):
            if row[-2] in other:
                row[-2:] = [other[row[-2]], digests[other[row[-2]]]]
        if entry["type"] == "ok" and entry["op"] in answers:
            entry["seqs"] = answers[entry["op"]]["seqs"]
    return changed
