"""Figures follow their rows: soon, after a crash, through an erasure, and into an old database."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import delete, text

from hansard.control import reset
from hansard.journal import erase, rebuild
from hansard.journal.figures import Follower
from hansard.journal.index import Indexer
from hansard.store import figures, sessions
from hansard.store.base import Store
from hansard.store.filters import Filter
from hansard.store.open import open_search, open_store
from hansard.store.tables import facts, session_figures, session_marks
from hansard.testing import Bench
from hansard.testing.bench import PERSON

_SOON_S = 5.0
_WAIT_S = 20


@pytest.fixture
def indexer(store: Store) -> Iterator[Indexer]:
    made = Indexer(store, open_search(store))
    yield made
    made.close()


def listed(bench: Bench, chosen: Filter, sort: str = "-messages") -> list[str]:
    found = bench.store.read(
        lambda c: sessions.page(c, bench.workspace_id, chosen, sort=sort, after=None, limit=50)
    )
    return [body.split(b'"', 4)[3].decode() for _, body in found]


def kept(bench: Bench) -> tuple[int, int]:
    """How many figures and marks the workspace has."""

    def count(connection: Any) -> tuple[int, int]:
        where = {"w": bench.workspace_id}
        asked = "SELECT count(*) FROM {} WHERE workspace_id = :w"
        found = [
            connection.execute(text(asked.format(name)), where).scalar_one()
            for name in ("session_figures", "session_marks")
        ]
        return found[0], found[1]

    return bench.store.read(count)


def follow(bench: Bench) -> None:
    follower = Follower(bench.store)
    while follower.step(bench.workspace_id):
        pass


async def test_a_running_server_keeps_the_order_of_a_column_within_a_second(
    bench: Bench, indexer: Indexer
):
    """S1-13: a session that has just become the longest is first."""
    made = [await bench.create() for _ in range(3)]
    indexer.start()
    for session_id in (made[2], made[0]):
        await bench.append(session_id, *[bench.said("x")] * (3 if session_id == made[2] else 5))
        began = monotonic()
        while listed(bench, Filter())[:1] != [session_id]:
            assert monotonic() - began < _SOON_S, "a second, and some more on a busy machine"
            await asyncio.sleep(0.02)


async def test_following_alone_writes_nothing_where_no_figure_changed(bench: Bench):
    session_id = await bench.create(tags=["a"])
    follower = Follower(bench.store)
    follower.step(bench.workspace_id)
    before = bench.store.writer.jobs  # type: ignore[attr-defined]
    await bench.append(session_id, bench.draft("session.status_running"))
    follower.step(bench.workspace_id)
    follower.step(bench.workspace_id)
    assert bench.store.writer.jobs == before + 1  # type: ignore[attr-defined]


async def test_a_follower_that_another_process_overtook_writes_nothing_old(bench: Bench):
    session_id = await bench.create(tags=["first"])
    slow, quick = Follower(bench.store), Follower(bench.store)
    slow.step(bench.workspace_id)
    await bench.append(session_id, bench.draft("session.updated", tags=["second"]))
    quick.step(bench.workspace_id)
    await bench.append(session_id, bench.draft("session.updated", tags=["third"]))
    assert slow.step(bench.workspace_id), "it looks again where the other one is"
    assert listed(bench, Filter(tags=["second"])) == [session_id]
    slow.step(bench.workspace_id)
    assert listed(bench, Filter(tags=["first", "second"])) == []
    assert listed(bench, Filter(tags=["third"])) == [session_id]


async def test_a_session_that_moves_while_it_is_read_is_read_again(bench: Bench):
    """P11: what was read before an erasure is not written after it."""
    session_id = await bench.create(tags=["gone"], title="gone")
    found = bench.store.read(lambda c: figures.moved(c, bench.workspace_id, 0, 10))
    await erase.delete(bench.journal, bench.workspace_id, session_id, PERSON)
    entry = figures.Entry(0, False, ("gone", "x", *[0] * 9), frozenset({("tag", "gone")}))
    late = [figures.Change(found[0].pos, found[0].sid, None, entry)]
    where, now = bench.workspace_id, found[0].pos
    saved = bench.store.submit(lambda tx: figures.save(tx, where, late, before=0, now=now))
    assert saved.result()
    assert kept(bench) == (0, 0)


async def test_a_deleted_session_leaves_no_figure_and_no_mark(bench: Bench):
    """P11: they go in the transaction that deletes."""
    made = [await bench.create(tags=["x"], where={"repo": "shop"}) for _ in range(2)]
    follow(bench)
    assert kept(bench) == (2, 4)
    await erase.delete(bench.journal, bench.workspace_id, made[0], PERSON)
    assert kept(bench) == (1, 2)
    follow(bench)
    assert kept(bench) == (1, 2)


async def test_an_erasing_reset_leaves_no_byte_of_the_title(tmp_path: Path):
    """P11: nor in the file, nor in its write-ahead log, once the figures followed."""
    store = open_store(f"sqlite:///{tmp_path}/hansard.db")
    bench = Bench(store)
    session_id = await bench.create()
    await bench.append(
        session_id,
        bench.draft("user.message", content=[{"type": "text", "text": "canary-7731 please"}]),
    )
    follow(bench)
    assert b"canary-7731" in held(tmp_path)
    assert listed(bench, Filter(), "-title") == [session_id]
    await reset.reset(bench.journal, bench.workspace_id, session_id, PERSON, erased=True)
    follow(bench)
    began = monotonic()
    while b"canary-7731" in held(tmp_path):
        assert monotonic() - began < _WAIT_S
        await asyncio.sleep(0.05)
    store.close()


def held(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.suffix != ".lock")


async def test_an_old_database_is_read_whole_at_the_start(bench: Bench, indexer: Indexer):
    """The figures of what was there before they were kept; again when they are read otherwise."""
    made = [await bench.create(tags=["old"]) for _ in range(5)]
    await bench.append(made[3], bench.said("hello"))
    await erase.delete(bench.journal, bench.workspace_id, made[4], PERSON)

    def lose(tx: Any) -> None:
        tx.write(delete(session_figures))
        tx.write(delete(session_marks))
        tx.write(delete(facts).where(facts.c.name.startswith("figures")))

    bench.store.submit(lose).result()
    assert listed(bench, Filter(tags=["old"])) == []
    indexer.start()
    assert listed(bench, Filter(tags=["old"]))[0] == made[3]
    assert kept(bench) == (4, 4)
    names = [one.name for one in (*session_figures.indexes, *session_marks.indexes)]
    assert all(name in indexes(bench) for name in names)


def indexes(bench: Bench) -> list[str]:
    sqlite, other = "SELECT name FROM sqlite_master", "SELECT indexname FROM pg_indexes"
    asked = text(sqlite if bench.store.name == "sqlite" else other)
    return list(bench.store.read(lambda c: c.execute(asked).scalars().all()))


async def test_a_rebuild_of_the_rows_gives_the_same_figures(bench: Bench):
    made = await bench.create(tags=["x"])
    await bench.append(made, bench.said("hello"))
    follow(bench)
    before = bench.store.read(lambda c: figures.kept(c, sids(bench)))
    rebuild.rebuild(bench.journal, bench.workspace_id, every=True)
    follow(bench)
    assert bench.store.read(lambda c: figures.kept(c, sids(bench))) == before != {}


def sids(bench: Bench) -> list[int]:
    return [
        row.sid for row in bench.store.read(lambda c: figures.moved(c, bench.workspace_id, 0, 9))
    ]
