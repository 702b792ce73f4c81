"""Connections: half-open ones are closed, all are counted, streams go on (reliability.md 2)."""

import asyncio
import resource
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import pytest

from hansard.api import connections
from hansard.api.connections import Bounds

ADMIN = "an admin secret that only tests know"
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]
HALF = b"GET / HTTP/1.1\r\nx: "
LIVEZ = b"GET /livez HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"


@pytest.fixture
def serving(tmp_path: Path, open_desk_at: Any, serve_house: Any) -> Iterator[Callable[..., Any]]:
    """Serves a fresh installation within bounds of the test's choice."""
    with ExitStack() as stack:

        def run(**bounds: Any) -> Any:
            house, _ = open_desk_at(tmp_path / "data")
            stack.callback(house.close)
            running = serve_house(house, Bounds(**bounds))
            stack.callback(running.stop)
            return running

        yield run


async def connect(served: Any, said: bytes = b"") -> Stream:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(said)
    await writer.drain()
    return reader, writer


async def closed_after(stream: Stream, most: float = 5.0) -> float:
    """Seconds until the server hung up; whatever it said before does not matter."""
    begun = monotonic()
    try:
        async with asyncio.timeout(most):
            while await stream[0].read(65_536):
                pass
    except ConnectionError:
        pass
    await hang_up(stream)
    return monotonic() - begun


async def hang_up(*streams: Stream) -> None:
    """Break connections off, and wait until they are."""
    for _, writer in streams:
        writer.transport.abort()
    for _, writer in streams:
        with suppress(OSError):
            await writer.wait_closed()


async def answer(stream: Stream, request: bytes = LIVEZ) -> bytes:
    """The status line that a request on an open connection gets."""
    stream[1].write(request)
    head = await asyncio.wait_for(stream[0].readuntil(b"\r\n\r\n"), 5)
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    await stream[0].readexactly(length)
    return head.split(b"\r\n")[0]


async def is_up(served: Any) -> bool:
    async with httpx.AsyncClient(base_url=served.url, timeout=5) as http:
        return (await http.get("/livez")).status_code == 200


@pytest.mark.parametrize("said", [b"", b"G", HALF, LIVEZ[:-2]])
async def test_a_request_head_that_does_not_end_is_hung_up_on(serving: Any, said: bytes):
    served = serving(head_seconds=0.4)
    assert 0.2 < await closed_after(await connect(served, said)) < 3


async def test_a_head_that_drips_is_hung_up_on(serving: Any):
    """Every byte of it comes in time; the whole of it does not."""
    served = serving(head_seconds=0.5)
    stream = await connect(served, HALF)

    async def drip() -> None:
        while True:
            stream[1].write(b"x")
            await asyncio.sleep(0.05)

    dripping = asyncio.create_task(drip())
    assert await closed_after(stream) < 3
    dripping.cancel()
    with suppress(asyncio.CancelledError, ConnectionError):
        await dripping


async def test_a_second_head_on_a_connection_has_no_more_time_than_the_first(serving: Any):
    served = serving(head_seconds=0.4)
    stream = await connect(served)
    assert [await answer(stream), await answer(stream)] == [b"HTTP/1.1 200 OK"] * 2
    stream[1].write(HALF)
    assert await closed_after(stream) < 3


async def test_a_head_of_any_length_is_not_collected(serving: Any):
    served = serving()
    stream = await connect(served, HALF)
    stream[1].write(b"x" * 2_000_000)
    assert await closed_after(stream) < 3
    assert await is_up(served)


async def test_half_open_connections_make_room_for_those_that_ask(serving: Any):
    """Attack 6: a thousand sockets that say nothing; everybody else is served all the same."""
    served = serving(most=20, head_seconds=60)
    asking = await connect(served)
    assert await answer(asking) == b"HTTP/1.1 200 OK"
    half = [await connect(served, HALF) for _ in range(60)]
    assert await is_up(served)
    assert len(served.server.server_state.connections) <= 20
    assert await answer(asking) == b"HTTP/1.1 200 OK", "who asked before goes last"
    await hang_up(asking, *half)


async def test_streams_outlive_every_timer_and_are_never_put_out(serving: Any):
    served = serving(most=20, head_seconds=0.3, stall_seconds=0.3)
    served.house.parts.heartbeat = 0.2
    request = f"GET /v1/stream HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {ADMIN}\r\n\r\n"
    stream = await connect(served, request.encode())
    half = [await connect(served, HALF) for _ in range(40)]
    until, last = monotonic() + 1.5, b""
    while monotonic() < until:
        last = await asyncio.wait_for(stream[0].read(65_536), 2)
        assert last, "the stream ended"
    assert b"heartbeat" in last
    await hang_up(stream, *half)


async def test_who_takes_nothing_of_what_is_sent_is_hung_up_on(serving: Any):
    """Attack 6: answers that nobody reads would keep their connections for ever."""
    served = serving(stall_seconds=0.5)
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port, limit=1)
    writer.write(LIVEZ.replace(b"/livez", b"/openapi.json") * 400)
    async with asyncio.timeout(30):
        while not served.server.server_state.connections:  # noqa: ASYNC110 - another thread's
            await asyncio.sleep(0.01)
        while served.server.server_state.connections:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await hang_up((reader, writer))
    assert await is_up(served)


async def test_one_address_beyond_this_machine_has_a_bound(
    serving: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(connections, "is_local", lambda host: False)
    served = serving(per_address=5)
    first = [await connect(served) for _ in range(5)]
    assert await answer(first[0]) == b"HTTP/1.1 200 OK"
    assert await closed_after(await connect(served, LIVEZ)) < 2
    first[1][1].close()
    await asyncio.sleep(0.1)
    assert await is_up(served)
    await hang_up(*first)


def test_there_are_never_more_connections_than_file_handles():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        soft = min(256, before[1]) if before[1] != resource.RLIM_INFINITY else 256
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, before[1]))
        assert connections.within_files(Bounds(most=10**7)).most < 10**6
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= soft
        assert connections.within_files(Bounds(most=20)).most == 20
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
