"""Streams over real sockets (P12): no gap, no duplicate, or an explicit "too old"."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from time import monotonic
from typing import Any

import orjson
import pytest

from hansard.api import sse
from hansard.api.rooms import Caller
from hansard.control import messages
from hansard.domain import codec
from hansard.domain.actor import Actor
from hansard.domain.draft import Draft
from hansard.journal import read
from hansard.store import members

Json = dict[str, Any]
AGENT = Actor("agent", None, "coder")
SEED = 20_261_120
PATIENCE_S = 60.0


def said(text: str) -> Json:
    return {"type": "agent.message", "content": [{"type": "text", "text": text}]}


async def append(house: Any, session_id: str, *events: Json) -> None:
    """Append without HTTP: what reaches the readers does not depend on how it was written."""
    where = house.parts.workspace_id
    await messages.send(house.journal, where, session_id, events, AGENT, recorded=True)


async def read_until(reader: Any, last: int, seconds: float = 15.0) -> list[Json]:
    """Frames until the one with this id."""
    found: list[Json] = []
    while not found or found[-1]["id"] != last:
        frame = await reader.frame(seconds)
        assert frame is not None, "the stream ended"
        found.append(frame)
    return found


async def quiet(reader: Any, seconds: float = 0.4) -> list[Json]:
    """What still comes in a short time."""
    found: list[Json] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while (frame := await reader.frame()) is not None:
                found.append(frame)
    return found


def stream_of(session_id: str, query: str = "") -> str:
    return f"/v1/sessions/{session_id}/events/stream{query}"


async def test_a_reader_resumes_after_every_event(desk: Any, served: Any, opened: Any):
    """S3-15, P12: by Last-Event-ID and by `after`, from 0 to the newest, exactly the rest."""
    made = await desk.session()
    await append(desk.house, made["id"], *(said(f"n{n}") for n in range(24)))
    listed = await desk.get(f"/v1/sessions/{made['id']}/events", params={"include": "hansard"})
    whole = [(e["seq"], e["type"], orjson.dumps(e).decode()) for e in listed["data"]]
    assert len(whole) == 25
    for after in range(25):
        path = stream_of(made["id"], "?include=hansard")
        by_header = await opened(path, last_event_id=str(after))
        by_query = await opened(f"{path}&after={after}")
        for reader in (by_header, by_query):
            assert reader.headers["content-type"] == "text/event-stream; charset=utf-8"
            assert reader.headers["cache-control"] == "no-store"
            frames = await read_until(reader, 25)
            assert [(f["id"], f["event"], f["data"]) for f in frames] == whole[after:]
            reader.close()


async def test_the_header_wins_over_the_query(desk: Any, opened: Any):
    """A browser repeats the address and sends Last-Event-ID by itself when it reconnects."""
    made = await desk.session()
    await append(desk.house, made["id"], *(said(f"n{n}") for n in range(5)))
    reader = await opened(stream_of(made["id"], "?after=0"), last_event_id="4")
    assert [f["id"] for f in await read_until(reader, 6)] == [5, 6]


async def test_without_a_cursor_a_stream_is_live_only(desk: Any, opened: Any):
    """wire.md intro: as in the protocol; `after=0` gives everything."""
    made = await desk.session()
    await append(desk.house, made["id"], said("before"))
    reader = await opened(stream_of(made["id"]))
    assert await quiet(reader) == []
    await append(desk.house, made["id"], said("now"))
    assert (await reader.frame())["id"] == 3
    everything = await opened(stream_of(made["id"], "?after=0&include=hansard"))
    assert [f["id"] for f in await read_until(everything, 3)] == [1, 2, 3]


async def test_a_cursor_beyond_the_newest_gets_one_resync(desk: Any, opened: Any):
    """P12: an unknown cursor is said so, once, and the stream goes on from the newest."""
    made, other = await desk.session(), await desk.session()
    await append(desk.house, other["id"], *(said(f"n{n}") for n in range(30)))
    for cursor in ("31", "999999999999999999"):
        reader = await opened(stream_of(made["id"]), last_event_id=cursor)
        frame = await reader.frame()
        assert (frame["event"], frame["id"]) == ("resync", None)
        newest = (await desk.get(f"/v1/sessions/{made['id']}"))["seq"]
        told = {"type": "resync", "reason": "unknown_cursor", "cursor": newest}
        assert orjson.loads(frame["data"]) == told
        await append(desk.house, made["id"], said("on"))
        assert [f["id"] for f in await quiet(reader)] == [newest + 1]
    top = (await desk.get("/v1/sessions"))["cursor"]
    reader = await opened(f"/v1/stream?after={top + 1}")
    frame = await reader.frame()
    assert (frame["event"], orjson.loads(frame["data"])["cursor"]) == ("resync", top)


@pytest.mark.parametrize("cursor", ["x", "-1", "1.0", "9" * 19, "0x1", "\u00b2", "1 2"])
async def test_a_cursor_that_is_no_number_is_refused(desk: Any, opened: Any, cursor: str):
    made = await desk.session()
    for path in (stream_of(made["id"]), "/v1/stream"):
        reader = await opened(path, last_event_id=cursor)
        assert reader.status == 400


async def test_a_session_stream_has_only_what_stock_clients_know(desk: Any, opened: Any):
    """wire.md intro: ours come by `include=hansard`, or by name."""
    made = await desk.session()
    ours = {"type": "file.edited", "tool_use_id": "sevt_" + "1" * 32, "path": "a.py"}
    await append(desk.house, made["id"], said("a"), ours, {"type": "vendor.own"}, said("b"))
    stock = await opened(stream_of(made["id"], "?after=0"))
    frames = await read_until(stock, 5)
    assert [f["id"] for f in frames] == [2, 5]
    for frame in frames:
        assert codec.body_class(frame["event"]).named_by == "protocol"
    asking = await opened(stream_of(made["id"], "?after=0&include=hansard"))
    assert [f["id"] for f in await read_until(asking, 5)] == [1, 2, 3, 4, 5]
    for query in ("types=file.edited&types=vendor.own", "types[]=vendor.own&types[]=file.edited"):
        named = await opened(stream_of(made["id"], f"?after=0&{query}"))
        assert [f["id"] for f in await read_until(named, 4)] == [3, 4]


async def gather(opened: Any, path: str, last: int, chance: random.Random) -> list[int]:
    """Read a session's stream to its end through connections that break at any byte."""
    found: list[int] = []
    deadline = monotonic() + PATIENCE_S
    while not found or found[-1] < last:
        assert monotonic() < deadline, f"at {found[-1:]} of {last}"
        header = {"last_event_id": str(found[-1])} if found else {}
        reader = await opened(path, **header)
        frames = await reader.cut_after(chance.randint(1, 9_000), 3.0)
        found += [frame["id"] for frame in frames]
    return found


async def test_readers_that_break_off_anywhere_miss_nothing(desk: Any, opened: Any, second: Any):
    """P12: four writers, on PostgreSQL in two processes; readers cut at random bytes."""
    made = await desk.session()
    writers, each = 4, 40
    last = 1 + writers * each
    readers = [
        gather(opened, stream_of(made["id"], "?after=0&include=hansard"), last, chance)
        for chance in (random.Random(SEED + n) for n in range(4))
    ]

    async def write(house: Any) -> None:
        for number in range(each):
            await append(house, made["id"], said(f"n{number} " + "x" * 300))

    houses = [desk.house, second or desk.house] * 2
    found = await asyncio.gather(*readers, *(write(house) for house in houses))
    for seqs in found[: len(readers)]:
        assert seqs == list(range(1, last + 1)), "missing, doubled or reordered"


async def test_the_workspace_stream_misses_neither_rows_nor_events(
    desk: Any, opened: Any, second: Any
):
    """S2-22, P12: one cursor for the list and two sessions, cut anywhere while all move."""
    start = (await desk.get("/v1/sessions"))["cursor"]
    made = [(await desk.session())["id"] for _ in range(6)]
    followed = made[:2]
    each = 25

    async def write(house: Any, number: int) -> None:
        for turn in range(each):
            await append(house, made[(turn + number) % 6], said("x" * 200), said("y"))

    houses = [desk.house, second or desk.house] * 2
    topics = "sessions," + ",".join(f"session:{session_id}" for session_id in followed)
    path = f"/v1/stream?topics={topics}"
    writing = asyncio.gather(*(write(house, n) for n, house in enumerate(houses)))
    chance = random.Random(SEED)
    rows: dict[str, list[Json]] = {}
    events: dict[str, list[int]] = {session_id: [] for session_id in followed}
    cursor = start
    deadline = monotonic() + PATIENCE_S
    while not writing.done() or cursor < (await desk.get("/v1/sessions"))["cursor"]:
        assert monotonic() < deadline, f"at {cursor}"
        reader = await opened(path, last_event_id=str(cursor))
        for frame in await reader.cut_after(chance.randint(1, 60_000), 2.0):
            data = orjson.loads(frame["data"])
            if frame["event"] == "session.row":
                assert data["op"] == "upsert"
                assert data["row"]["pos"] == data["pos"] <= (frame["id"] or data["pos"])
                rows.setdefault(data["row"]["id"], []).append(data["row"])
            else:
                assert frame["id"] == data["pos"]
                events[data["session_id"]].append(data["seq"])
            cursor = frame["id"] or cursor
    await writing
    for session_id in made:
        assert rows[session_id][-1] == await list_row(desk, session_id), "the newest row came"
        positions = [row["pos"] for row in rows[session_id]]
        assert positions == sorted(positions)
    for session_id in followed:
        head = (await desk.get(f"/v1/sessions/{session_id}"))["seq"]
        assert events[session_id] == list(range(1, head + 1))


class Interleaved:
    """A store that lets something happen after a chosen read of it."""

    def __init__(self, store: Any, after: int, happen: Callable[[], Any]) -> None:
        self._store = store
        self._left = after
        self._happen = happen

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def read(self, query: Any) -> Any:
        found = self._store.read(query)
        self._left -= 1
        if self._left == 0:
            self._happen()
        return found


@pytest.mark.parametrize("moment", [1, 2, 3, 4])
async def test_what_is_committed_between_two_reads_of_a_round_is_not_passed(desk: Any, moment: int):
    """P12: rows and events are read one after the other; the writer does not wait for that."""
    session = await desk.session()
    parts = desk.house.parts
    at = read.place(parts.store, parts.workspace_id, session["id"])
    draft = Draft("agent.message", {"content": []}, AGENT, desk.clock())

    def append_now() -> None:
        change = desk.house.journal.change(parts.workspace_id, session["id"], [draft])
        desk.house.journal.append_blocking(change)

    store = Interleaved(parts.store, moment, append_now)
    who = Caller(parts.workspace_id, "admin", "admin", AGENT, None, False, "req_1")
    frames = sse.workspace(
        replace(parts, store=store), who, True, {at.sid: at.session_id}, session["pos"] - 1
    )
    seen: list[bytes] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(0.8):
            async for frame in frames:
                seen.append(frame)
    await frames.aclose()
    text = b"".join(seen).decode()
    final = await desk.get(f"/v1/sessions/{session['id']}")
    assert final["seq"] == 2
    assert text.count('"type":"agent.message"') == 1
    assert f'"op":"upsert","pos":{final["pos"]},' in text


async def test_a_cut_between_a_row_and_its_event_loses_neither(desk: Any, opened: Any):
    """Both stand at one `pos`: only the later one has the id from which a reader goes on."""
    made = await desk.session()
    path = f"/v1/stream?topics=sessions,session:{made['id']}&after={made['pos']}"
    await append(desk.house, made["id"], said("x"))
    row, event = (await quiet(await opened(path), 0.5))[-2:]
    assert (row["event"], row["id"]) == ("session.row", None)
    assert (event["event"], event["id"]) == ("agent.message", orjson.loads(row["data"])["pos"])


async def list_row(desk: Any, session_id: str) -> Json:
    rows = (await desk.get("/v1/sessions", params={"limit": 1000}))["data"]
    return next(row for row in rows if row["id"] == session_id)


async def test_a_row_comes_at_most_ten_times_a_second(desk: Any, opened: Any):
    """architecture.md 10, Streams: the higher `pos` wins, what lies between is left out."""
    made = await desk.session()
    reader = await opened("/v1/stream?topics=sessions")
    begun = monotonic()
    count = 0
    while monotonic() - begun < 0.8:
        await append(desk.house, made["id"], said("x"))
        count += 1
    frames = await quiet(reader, 0.5)
    passed = monotonic() - begun
    mine = [orjson.loads(f["data"]) for f in frames]
    mine = [data for data in mine if data["row"]["id"] == made["id"]]
    assert 0 < len(mine) <= passed * 10 + 1
    assert len(mine) < count
    assert mine[-1]["row"]["seq"] == 1 + count


async def test_a_row_that_comes_to_life_and_dies_is_put_in_and_taken_out(desk: Any, opened: Any):
    reader = await opened("/v1/stream?topics=sessions")
    made = await desk.session()
    first = await reader.frame()
    data = orjson.loads(first["data"])
    assert (first["event"], data["op"], data["row"]["id"]) == ("session.row", "upsert", made["id"])
    assert data["row"] == await list_row(desk, made["id"])
    follow = await opened(f"/v1/stream?topics=session:{made['id']}&after=0")
    await desk.call("DELETE", f"/v1/sessions/{made['id']}")
    gone = orjson.loads((await reader.frame())["data"])
    assert (gone["op"], gone["id"]) == ("remove", made["id"])
    assert "row" not in gone
    kinds = [f["event"] for f in await quiet(follow, 0.6)]
    assert kinds[-1] == "session.deleted"


async def test_a_topic_brings_one_session_with_all_its_types(desk: Any, opened: Any):
    made, other = await desk.session(), await desk.session()
    cursor = (await desk.get("/v1/sessions"))["cursor"]
    reader = await opened(f"/v1/stream?topics=session:{made['id']}&after={cursor}")
    await append(desk.house, other["id"], said("not this"))
    await append(desk.house, made["id"], said("this"), {"type": "vendor.own"})
    frames = [orjson.loads(f["data"]) for f in await quiet(reader, 0.6)]
    assert [(f["session_id"], f["type"]) for f in frames] == [
        (made["id"], "agent.message"),
        (made["id"], "vendor.own"),
    ]


async def test_a_deleted_session_ends_its_stream(desk: Any, opened: Any):
    made = await desk.session()
    reader = await opened(stream_of(made["id"]))
    await desk.call("DELETE", f"/v1/sessions/{made['id']}")
    frame = await reader.frame()
    assert frame["event"] == "session.deleted"
    assert await reader.frame() is None
    assert reader.clean


async def test_a_reader_that_stalls_gets_everything_later(desk: Any, opened: Any):
    """P12: what a reader does not take is not kept for it in memory but read again."""
    made = await desk.session()
    stalled = await opened(stream_of(made["id"], "?after=0&include=hansard"))
    text = "x" * 20_000
    for _ in range(10):
        await append(desk.house, made["id"], *(said(text) for _ in range(15)))
    brisk = await opened(stream_of(made["id"], "?after=140"))
    assert (await read_until(brisk, 151))[-1]["id"] == 151
    assert [f["id"] for f in await read_until(stalled, 151)] == list(range(1, 152))


async def test_a_silent_stream_says_that_it_lives(desk: Any, served: Any, opened: Any):
    """P12: a comment as heartbeat, which no client mistakes for an event."""
    made = await desk.session()
    parts = served.house.parts
    usual, parts.heartbeat = parts.heartbeat, 0.2
    try:
        for path in (stream_of(made["id"]), f"/v1/stream?topics=session:{made['id']}"):
            reader = await opened(path)
            before = reader.comments
            assert await quiet(reader, 0.9) == []
            assert reader.comments - before >= 3
    finally:
        parts.heartbeat = usual


async def test_a_reader_that_left_is_forgotten(desk: Any, served: Any, opened: Any):
    made = await desk.session()
    for path in (stream_of(made["id"]), "/v1/stream"):
        readers = [await opened(path) for _ in range(5)]
        await quiet(readers[0], 0.1)
        assert served.house.store.notify.listening
        for reader in readers:
            reader.close()
        for _ in range(100):
            if not served.house.store.notify.listening:
                break
            await asyncio.sleep(0.02)
        assert not served.house.store.notify.listening


async def test_who_loses_the_right_to_read_loses_the_stream(lone: Any, lone_opened: Any):
    """reliability.md 0.9: a revoked key ends its streams within five seconds."""
    made = await lone.session()
    paths = (stream_of(made["id"]), "/v1/stream")
    revoked, secret = lone.key("read")
    short = lone.key("read", expires_at=lone.clock() + 1_000)[1]
    cookie = lone.cookie()
    ending = [await lone_opened(path, token) for path in paths for token in (secret, short)]
    ending += [await lone_opened(path, "", cookie=cookie) for path in paths]
    staying = [await lone_opened(path) for path in paths]
    assert {reader.status for reader in [*ending, *staying]} == {200}
    await asyncio.sleep(0.1)
    begun = monotonic()
    where = lone.house.parts.workspace_id
    await lone.house.store.write(lambda tx: members.revoke_key(tx, where, revoked, lone.clock()))
    lone.clock.move(1_001)
    origin = {"cookie": cookie, "origin": "http://127.0.0.1:4777"}
    await lone.call("POST", "/v1/logout", token=None, headers=origin)
    ends = await asyncio.gather(*(reader.frame(5.0) for reader in ending))
    assert ends == [None] * len(ending)
    assert monotonic() - begun <= 5.0
    assert all(reader.clean for reader in ending)
    await append(lone.house, made["id"], said("still here"))
    for reader in staying:
        assert await reader.frame() is not None


async def test_a_server_that_stops_ends_its_streams_in_good_order(lone: Any, lone_opened: Any):
    """P19: readers see an end, not a broken connection, and the stop waits for nobody."""
    made = await lone.session()
    readers = [await lone_opened(p) for p in (stream_of(made["id"]), "/v1/stream")]
    begun = monotonic()
    stopping = asyncio.create_task(asyncio.to_thread(lone.served.stop))
    for reader in readers:
        assert await reader.frame(3.0) is None
        assert reader.clean
    await stopping
    assert monotonic() - begun < 3.0


async def test_a_stranger_gets_no_stream(desk: Any, opened: Any):
    made = await desk.session()
    for path in (stream_of(made["id"]), "/v1/stream"):
        assert (await opened(path, "wrong")).status == 401
    missing = stream_of("sesn_" + "0" * 32)
    assert (await opened(missing)).status == 404
