"""A whole server for the tests of its API: called in process, or over a socket for streams."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import randbits
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from hansard import app
from hansard.api import auth, connections
from hansard.api.connections import Bounds
from hansard.app import House
from hansard.config import Settings
from hansard.domain import ids
from hansard.store import members
from hansard.store.members import Key, Login, Member
from hansard.testing import FrozenClock

ADMIN = "an admin secret that only tests know"
URL = "http://127.0.0.1:4777"
Json = dict[str, Any]


@dataclass
class Desk:
    """An open house and its application, called as its owner unless a token is given."""

    house: House
    app: FastAPI
    clock: FrozenClock
    http: httpx.AsyncClient = field(repr=False)
    agent_id: str = ""
    served: "Served | None" = None

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = ADMIN,
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> httpx.Response:
        """One request; its answer, whatever it is."""
        sent = {"authorization": f"Bearer {token}"} if token else {}
        if body is not None:
            options["json"] = body
        return await self.http.request(method, path, headers={**sent, **(headers or {})}, **options)

    async def get(self, path: str, **options: Any) -> Json:
        """What a GET answers, which must be 200."""
        return self._good(await self.call("GET", path, **options))

    async def post(self, path: str, body: Any = None, **options: Any) -> Json:
        """What a POST answers, which must be 200."""
        return self._good(await self.call("POST", path, body, **options))

    async def session(self, **fields: Any) -> Json:
        """A new session; a recorded one unless the fields say otherwise."""
        agent = await self.agent()
        return await self.post("/v1/sessions", {"agent": agent, "recorded": True, **fields})

    async def agent(self) -> str:
        """The id of this test's agent."""
        if not self.agent_id:
            self.agent_id = (await self.post("/v1/agents", {"name": "coder"}))["id"]
        return self.agent_id

    async def send(self, session_id: str, *events: Json, **fields: Any) -> list[Json]:
        """Append events to a session; they as they were stored."""
        path = f"/v1/sessions/{session_id}/events"
        return (await self.post(path, {"events": list(events), **fields}))["data"]

    def key(
        self, scope: str, workspace_id: str | None = None, expires_at: int | None = None
    ) -> tuple[str, str]:
        """(id, secret) of a new API key."""
        where = workspace_id or self.house.parts.workspace_id
        secret = auth.new_secret("hansard_sk")
        key = Key(
            self.id("key"), scope, secret[:16], scope, where, None, self.clock(), expires_at,
            None, None,
        )  # fmt: skip
        digest = auth.hashed(secret)
        self.house.store.submit(lambda tx: members.add_key(tx, key, digest)).result()
        return key.id, secret

    def workspace(self) -> tuple[str, str]:
        """(id, admin key) of another workspace on the same database."""
        where = self.id("wrkspc")
        member = Member(self.id("usr"), "Bo", "admin")

        def job(tx: Any) -> None:
            members.add_workspace(tx, where, "Other", self.clock())
            members.add_member(tx, where, member, self.clock())

        self.house.store.submit(job).result()
        return where, self.key("admin", where)[1]

    def id(self, prefix: str) -> str:
        """A fresh identifier."""
        return ids.make(prefix, self.clock(), randbits(74))

    def cookie(self, member_id: str | None = None) -> str:
        """A browser's login as a Cookie header."""
        parts = self.house.parts
        who = member_id or str(parts.owner["id"])
        login = Login(parts.workspace_id, who, None)
        token = auth.login_token(parts.store, login, "cookie", self.clock())
        return f"{auth.COOKIE}={token}"

    def _good(self, answer: httpx.Response) -> Json:
        assert answer.status_code == 200, f"{answer.status_code}: {answer.text[:500]}"
        return answer.json()


def open_desk(folder: Path, database_url: str = "", **settings: Any) -> tuple[House, FrozenClock]:
    clock = FrozenClock()
    given = Settings(
        data_dir=folder,
        database_url=database_url,
        admin_token=ADMIN,
        user_name="Ana",
        **settings,
    )
    return app.open_house(given, clock), clock


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[House, FrozenClock, FastAPI]]:
    """An installation of this module's own, on either database."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    opened, clock = open_desk(tmp_path_factory.mktemp("data"), url)
    yield opened, clock, app.build(opened)
    opened.close()


@pytest.fixture
async def desk(house: tuple[House, FrozenClock, FastAPI]) -> AsyncIterator[Desk]:
    """A client of it, in this test's event loop."""
    opened, clock, application = house
    transport = httpx.ASGITransport(app=application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=URL) as http:
        yield Desk(opened, application, clock, http)


@asynccontextmanager
async def own_desk(folder: Path, **settings: Any) -> AsyncIterator[Desk]:
    opened, clock = open_desk(folder, **settings)
    application = app.build(opened)
    transport = httpx.ASGITransport(app=application, raise_app_exceptions=False)
    try:
        async with httpx.AsyncClient(transport=transport, base_url=URL) as http:
            yield Desk(opened, application, clock, http)
    finally:
        opened.close()


@pytest.fixture
def desk_of() -> Callable[..., AbstractAsyncContextManager[Desk]]:
    """Opens a fresh installation on SQLite with settings of the test's choice."""
    return own_desk


@pytest.fixture
async def small(tmp_path: Path) -> AsyncIterator[Desk]:
    """A fresh installation on SQLite, for tests that count or break something."""
    async with own_desk(tmp_path / "data") as desk:
        yield desk


@dataclass
class Served:
    """A server on a free port of this machine, in a thread of its own."""

    house: House
    server: uvicorn.Server
    thread: threading.Thread
    port: int

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Let it shut down in good order."""
        self.server.should_exit = True
        self.thread.join(20)
        assert not self.thread.is_alive(), "the server did not stop"


def serve(house: House, bounds: Bounds | None = None) -> Served:
    """Serve an open house as `hansard up` does."""
    house.parts.stopping[0] = False
    config = connections.config(app.build(house), "127.0.0.1", 0, "error", bounds or Bounds())
    server = app.Server(config, house.parts.stopping)
    thread = threading.Thread(target=server.run, name="served")
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        threading.Event().wait(0.005)
    return Served(house, server, thread, server.servers[0].sockets[0].getsockname()[1])


@pytest.fixture(scope="session")
def open_desk_at() -> Callable[..., tuple[House, FrozenClock]]:
    """Opens an installation in a folder."""
    return open_desk


@pytest.fixture(scope="session")
def serve_house() -> Callable[..., Served]:
    """Serves an open installation on a free port."""
    return serve


@pytest.fixture(scope="module")
def served(house: tuple[House, FrozenClock, FastAPI]) -> Iterator[Served]:
    """The module's installation behind a socket."""
    running = serve(house[0])
    yield running
    running.stop()


@pytest.fixture
def served_alone(tmp_path: Path) -> Iterator[Served]:
    """A fresh installation behind a socket, for tests that stop or break it."""
    opened, _ = open_desk(tmp_path / "data")
    opened.parts.body_seconds = 0.5
    running = serve(opened)
    yield running
    running.stop()
    opened.close()


class Reader:
    """A reader of server-sent events over a raw socket; it counts whole frames only."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._raw = b""
        self._text = b""
        self.status = 0
        self.headers: dict[str, str] = {}
        self.comments = 0
        self.ended = False
        self.clean = False

    @classmethod
    async def open(cls, served: Served, path: str, token: str = ADMIN, **headers: str) -> "Reader":
        """Ask for a stream; returns when the head of the answer came."""
        made = cls(*await asyncio.open_connection("127.0.0.1", served.port))
        lines = [f"GET {path} HTTP/1.1", f"host: 127.0.0.1:{served.port}"]
        lines += [f"authorization: Bearer {token}"] if token else []
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        made._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        raw = await asyncio.wait_for(made._reader.readuntil(b"\r\n\r\n"), 20)
        head = raw.decode("latin-1").split("\r\n")
        made.status = int(head[0].split()[1])
        pairs = (line.partition(": ") for line in head[1:] if line)
        made.headers = {name.lower(): value for name, _, value in pairs}
        return made

    async def frame(self, seconds: float = 10.0) -> Json | None:
        """The next frame as {event, id, data}; None when the stream ended."""
        while True:
            found = self._next()
            if found is not None:
                return found
            if self.ended:
                return None
            self._take(await asyncio.wait_for(self._reader.read(65_536), seconds))

    async def cut_after(self, size: int, seconds: float = 10.0) -> list[Json]:
        """Read `size` bytes, or what comes in the time, then break the connection off."""
        got = 0
        found: list[Json] = []
        try:
            async with asyncio.timeout(seconds):
                while got < size and not self.ended:
                    piece = await self._reader.read(size - got)
                    got += len(piece)
                    self._take(piece)
        except TimeoutError:
            pass
        while (item := self._next()) is not None:
            found.append(item)
        self.close()
        return found

    def close(self) -> None:
        """Break the connection off."""
        self._writer.transport.abort()

    def _take(self, piece: bytes) -> None:
        """Undo the chunked encoding of what came."""
        if not piece:
            self.ended = True
        self._raw += piece
        while b"\r\n" in self._raw:
            size, _, rest = self._raw.partition(b"\r\n")
            length = int(size, 16)
            if length == 0:
                self.ended = self.clean = True
                return
            if len(rest) < length + 2:
                return
            self._text += rest[:length]
            self._raw = rest[length + 2 :]

    def _next(self) -> Json | None:
        while b"\n\n" in self._text:
            block, _, self._text = self._text.partition(b"\n\n")
            fields: dict[str, str] = {}
            for line in block.decode().split("\n"):
                if line.startswith(":"):
                    self.comments += 1
                    continue
                name, _, value = line.partition(": ")
                fields[name] = value
            if fields:
                number = int(fields["id"]) if "id" in fields else None
                return {"event": fields["event"], "id": number, "data": fields["data"]}
        return None


Opener = Callable[..., Awaitable[Reader]]


@asynccontextmanager
async def readers_of(served: Served) -> AsyncIterator[Opener]:
    """Opens readers; those left open are closed at the end."""
    readers: list[Reader] = []

    async def run(path: str, token: str = ADMIN, **headers: str) -> Reader:
        readers.append(await Reader.open(served, path, token, **headers))
        return readers[-1]

    yield run
    for reader in readers:
        reader.close()


@pytest.fixture
async def opened(served: Served) -> AsyncIterator[Opener]:
    """Opens readers of the module's server."""
    async with readers_of(served) as run:
        yield run


@pytest.fixture
def second(
    house: tuple[House, FrozenClock, FastAPI],
) -> Iterator[House | None]:
    """A second installation on the same database, where several may write to it."""
    first, clock, _ = house
    if first.store.exclusive:
        yield None
        return
    other = app.open_house(first.settings, clock)
    yield other
    other.close()


@pytest.fixture
async def lone(tmp_path: Path) -> AsyncIterator[Desk]:
    """A fresh installation on SQLite that is called in process and served on a port."""
    async with own_desk(tmp_path / "data") as desk:
        desk.served = serve(desk.house)
        yield desk
        if desk.served.thread.is_alive():
            desk.served.stop()


@pytest.fixture
async def lone_opened(lone: Desk) -> AsyncIterator[Opener]:
    """Opens readers of it."""
    assert lone.served is not None
    async with readers_of(lone.served) as run:
        yield run


class Lossy:
    """A proxy in front of a server that loses answers after the server gave them."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.lose = 0
        self.lost = 0
        threading.Thread(target=self._accept, name="lossy", daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listener.accept()
                there = socket.create_connection(("127.0.0.1", self._port))
                threading.Thread(target=self._pass, args=(here, there), daemon=True).start()
                threading.Thread(target=self._return, args=(there, here), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(65_536):
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)

    def _return(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError), source, target:
            while piece := source.recv(65_536):
                if self.lose:
                    self.lose -= 1
                    self.lost += 1
                    target.shutdown(socket.SHUT_RDWR)
                    return
                target.sendall(piece)


@pytest.fixture
def lossy(served: Served) -> Iterator[Lossy]:
    """A way to the module's server on which answers get lost."""
    proxy = Lossy(served.port)
    yield proxy
    proxy.close()
