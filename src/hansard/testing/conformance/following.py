"""Followers: from every cursor, every event once and in order, while others append (P12)."""

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import aclosing

import orjson

from hansard.journal import read, tail
from hansard.journal.read import Line
from hansard.journal.tail import Bell
from hansard.testing.bench import Bench

_WRITERS = 8
_PATIENCE_S = 20


async def a_session_is_followed_from_every_cursor(bench: Bench) -> None:
    """P12: no gap, no duplicate, whatever was appended before, between and after."""
    session_id = await bench.create()
    await _talk(bench, [session_id], 5)
    last = 1 + 5 + _WRITERS * 6
    readers = [
        asyncio.ensure_future(collect_session(bench, session_id, after, last))
        for after in (*range(7), *range(6, 1, -2))
    ]
    await asyncio.gather(*(_talk(bench, [session_id], 6) for _ in range(_WRITERS)))
    whole = [Line(e["seq"], e["pos"], e["type"], b"") for e in bench.events(session_id)]
    assert [line.seq for line in whole] == list(range(1, last + 1))
    for reader in readers:
        lines = await reader
        assert [line.seq for line in lines] == list(range(lines[0].seq, last + 1))
        assert [line.pos for line in lines] == [w.pos for w in whole[lines[0].seq - 1 :]]


async def a_workspace_is_followed_from_every_cursor(bench: Bench) -> None:
    """P12 for the workspace's cursor `pos`, in pages of every size."""
    sids = [await bench.create() for _ in range(4)]
    start = tail.top(bench.store, bench.workspace_id)
    total = _WRITERS * 6
    readers = [asyncio.ensure_future(collect_workspace(bench, start, total)) for _ in range(4)]
    await asyncio.gather(*(_talk(bench, sids, 6) for _ in range(_WRITERS)))
    whole = tail.workspace(bench.store, bench.workspace_id, start, {}, 10_000)
    assert len(whole) == total
    for reader in readers:
        assert await reader == whole
    for line in whole:
        later = tail.workspace(bench.store, bench.workspace_id, line.pos, {}, 10_000)
        assert later == whole[whole.index(line) + 1 :]


async def some_sessions_are_followed_alone(bench: Bench) -> None:
    """Topics of the workspace stream name sessions."""
    sids = [await bench.create() for _ in range(3)]
    await _talk(bench, sids, 12)
    chosen = {read.place(bench.store, bench.workspace_id, s).sid: s for s in sids[:2]}
    lines = tail.workspace(bench.store, bench.workspace_id, 0, chosen, 10_000)
    found = [orjson.loads(line.body)["session_id"] for line in lines]
    assert set(found) == set(sids[:2])
    assert len(found) == sum(bench.row(s)["seq"] for s in sids[:2])


async def what_is_followed_is_what_is_stored(bench: Bench) -> None:
    """The bytes a wake-up carries are the bytes that a page reads."""
    session_id = await bench.create()
    at = read.place(bench.store, bench.workspace_id, session_id)
    reader = asyncio.ensure_future(collect_session(bench, session_id, 0, 4))
    await bench.append(session_id, bench.said("ünï"), bench.draft("x.y", z=[None, 0.5]))
    await bench.append(session_id, bench.draft("agent.thinking"))
    assert await reader == read.page(bench.store, bench.workspace_id, at)


async def a_quiet_follower_beats_its_heart(bench: Bench) -> None:
    """A stream that has nothing to say says so in time."""
    session_id = await bench.create()
    at = read.place(bench.store, bench.workspace_id, session_id)
    async with aclosing(tail.session(bench.store, bench.workspace_id, at, 1, 0.01)) as lines:
        assert await anext(lines) is None
        await bench.append(session_id, bench.said("hi"))
        async with asyncio.timeout(_PATIENCE_S):
            assert [line.seq async for line in _until(lines, 2)] == [2]


async def dropped_wake_ups_lose_nothing(bench: Bench) -> None:
    """A reader that stalls while its buffer overflows goes on where it was."""
    session_id = await bench.create()
    at = read.place(bench.store, bench.workspace_id, session_id)
    async with aclosing(tail.session(bench.store, bench.workspace_id, at, 0, 5)) as lines:
        first = await anext(lines)
        assert first is not None and first.seq == 1
        await _overflow(bench, session_id)
        await bench.append(session_id, bench.said("last"))
        last = bench.row(session_id)["seq"]
        async with asyncio.timeout(_PATIENCE_S):
            seqs = [line.seq async for line in _until(lines, last)]
    assert seqs == list(range(2, last + 1))


async def an_overflowing_bell_says_so_and_stays_small(bench: Bench) -> None:
    """P12: at most 1 MiB is buffered for a reader that does not read."""
    session_id = await bench.create()
    with Bell(bench.store, bench.workspace_id) as bell:
        await bench.append(session_id, bench.said("small"))
        await bell.wait(5)
        wakes = bell.take()
        assert wakes and len(wakes[0].frames) == 1
        await _overflow(bench, session_id)
        await bell.wait(5)
        assert bell.take() is None, "some were dropped: read the store"
        assert bell.take() == []


async def a_follower_that_leaves_is_forgotten(bench: Bench) -> None:
    """Nothing is made for readers that are gone."""
    session_id = await bench.create()
    at = read.place(bench.store, bench.workspace_id, session_id)
    follower = tail.session(bench.store, bench.workspace_id, at, 0, 5)
    assert await anext(follower) is not None
    assert bench.store.notify.listening
    await follower.aclose()
    assert not bench.store.notify.listening


async def collect_session(bench: Bench, session_id: str, after: int, last: int) -> list[Line]:
    """What a follower of a session gives until `last`."""
    at = read.place(bench.store, bench.workspace_id, session_id)
    follower = tail.session(bench.store, bench.workspace_id, at, after, 1)
    async with asyncio.timeout(_PATIENCE_S), aclosing(follower) as lines:
        return [line async for line in _until(lines, last)]


async def collect_workspace(bench: Bench, after: int, count: int) -> list[Line]:
    """What a follower of a workspace gives, until there are so many."""
    found: list[Line] = []
    limit = random.randrange(1, 9)
    async with asyncio.timeout(_PATIENCE_S):
        with Bell(bench.store, bench.workspace_id) as bell:
            while len(found) < count:
                lines = await asyncio.to_thread(
                    tail.workspace, bench.store, bench.workspace_id, after, {}, limit
                )
                found += lines
                if lines:
                    after = lines[-1].pos
                else:
                    await bell.wait(0.5)
    return found


async def _until(lines: AsyncGenerator[Line | None], last: int) -> AsyncGenerator[Line]:
    async for line in lines:
        if line is not None:
            yield line
            if line.seq >= last:
                return


async def _talk(bench: Bench, sids: list[str], count: int) -> None:
    for number in range(count):
        await bench.append(sids[number % len(sids)], bench.said(f"word {number}"))


async def _overflow(bench: Bench, session_id: str) -> None:
    """More than a reader's buffer holds: 24 appends of 50 kB."""
    large = "x" * 50_000
    for _ in range(24):
        await bench.append(session_id, bench.said(large))


CASES = (
    a_session_is_followed_from_every_cursor,
    a_workspace_is_followed_from_every_cursor,
    some_sessions_are_followed_alone,
    what_is_followed_is_what_is_stored,
    a_quiet_follower_beats_its_heart,
    dropped_wake_ups_lose_nothing,
    an_overflowing_bell_says_so_and_stays_small,
    a_follower_that_leaves_is_forgotten,
)
