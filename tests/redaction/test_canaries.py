"""Fifty secrets go through everything there is, and none of them comes out (S2-34, S2-35)."""

import base64
import io
import json
import logging
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from benchmarks.redaction.encodings import ENCODINGS
from benchmarks.redaction.formats import PREFIXED
from benchmarks.redaction.material import drawn

from hansard import app
from hansard.app import House
from hansard.cli.main import main
from hansard.config import Settings
from hansard.ingest import discover

ADMIN = "an-admin-secret-that-only-tests-know"
Json = dict[str, Any]


def canaries() -> tuple[dict[str, str], list[str]]:
    """Thirty known values of odd shapes, twenty tokens that only their format gives away."""
    source = random.Random(50)
    odd = ("p/4+{A12}=&<\"'é{A3}", "{A24}", "line {A9}\nand {A12}", "{h40}", "{A9} {A9}", "{b40}==")
    known = {f"CANARY_{n}": drawn(odd[n % len(odd)], source)[0] for n in range(30)}
    kinds = random.Random(7).sample([k for k, v in PREFIXED.items() if "«" not in v[0]], 20)
    return known, [drawn(PREFIXED[kind][0], source)[0] for kind in kinds]


KNOWN, TOKENS = canaries()
ALL = [*KNOWN.values(), *TOKENS]


def spellings(value: str) -> Iterator[bytes]:
    """Raw, hexadecimal, base64 at every alignment, JSON; of several lines each one."""
    raw = value.encode()
    parts = [raw, *(line for line in raw.split(b"\n") if len(line) >= 8)]
    for part in parts:
        yield part
        yield part.hex().encode()
        yield json.dumps(part.decode())[1:-1].encode()
        for lead in range(3):
            coded = base64.b64encode(b"\0" * lead + part)
            yield coded[-(-lead * 8 // 6) : (lead + len(part)) * 8 // 6]


NEEDLES = sorted({needle for value in ALL for needle in spellings(value)})


def leaks(haystack: bytes) -> list[bytes]:
    return [needle for needle in NEEDLES if needle in haystack]


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What a handler of the root logger writes."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = app.open_house(
        Settings(data_dir=tmp_path / "data", admin_token=ADMIN, user_name="Ana")
    )
    for name, value in KNOWN.items():
        assert opened.parts.scanners.secrets.register(name, value)
    yield opened
    opened.close()


@pytest.fixture
def url(house: House, lines: io.StringIO, serve: Callable[[House], str]) -> str:
    return serve(house)


class Client:
    """A caller that keeps every byte it was answered."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, headers={"authorization": f"Bearer {ADMIN}"})
        self.seen: list[bytes] = []

    def __call__(self, method: str, path: str, body: Any = None, **options: Any) -> Json:
        answer = self._http.request(method, path, json=body, **options)
        self.seen += [answer.content, str(answer.headers).encode()]
        return answer.json() if answer.headers["content-type"] == "application/json" else {}

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def listen(self, path: str, until: Callable[[bytes], bool]) -> threading.Thread:
        """Read a stream in a thread of its own, until something was seen."""
        began = threading.Event()

        def read() -> None:
            got = b""
            with self._http.stream("GET", path, timeout=20) as answer:
                began.set()
                for piece in answer.iter_raw():
                    got += piece
                    self.seen.append(piece)
                    if until(got):
                        return

        thread = threading.Thread(target=read)
        thread.start()
        assert began.wait(10)
        return thread


@pytest.fixture
def client(url: str) -> Iterator[Client]:
    """The owner."""
    made = Client(url)
    yield made
    made.close()


def transcript(folder: Path) -> Path:
    """A session of another tool that used every canary."""
    records = [
        {
            "type": "user" if n % 2 else "assistant",
            "uuid": f"00000000-0000-4000-8000-{n:012d}",
            "sessionId": "22222222-2222-4222-8222-222222222222",
            "timestamp": f"2026-11-20T10:{n:02d}:00.000Z",
            "version": "2.1.0",
            "cwd": "/work",
            "message": {
                "role": "user" if n % 2 else "assistant",
                "content": [{"type": "text", "text": f"now use {value} please"}],
            },
        }
        for n, value in enumerate(ALL)
    ]
    path = folder / "-work" / "22222222-2222-4222-8222-222222222222.jsonl"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\n".join(map(orjson.dumps, records)) + b"\n")
    return folder


def said(value: str, number: int) -> list[Json]:
    """Messages, calls and results that hold a value in several spellings."""
    coded = ENCODINGS[sorted(ENCODINGS)[number % len(ENCODINGS)]](value)
    return [
        {"type": "user.message", "content": [{"type": "text", "text": f"log in with {value} now"}]},
        {
            "type": "agent.tool_use",
            "name": "bash",
            "input": {"command": f"deploy '{value}'", "env": {"VALUE": value}},
        },
        {
            "type": "agent.message",
            "content": [
                {"type": "text", "text": f"as {coded if value in KNOWN.values() else value} it is"},
                {"type": "text", "text": "y" * 66_000 + f" {value}"},
            ],
        },
    ]


def test_no_canary_comes_out_anywhere(
    house: House,
    url: str,
    client: Client,
    lines: io.StringIO,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """reliability.md 4.3: database, WAL, search index, logs, exports, streams, answers, CLI."""
    call = client
    projects = transcript(tmp_path / "projects")
    assert len(leaks(next(projects.rglob("*.jsonl")).read_bytes())) >= len(ALL)
    root = discover.named_root(projects, "claude_code")
    for done in house.importer.add([root], watching=False):
        assert done.wait(60)
    agent = call("POST", "/v1/agents", {"name": "coder", "system": f"use {' '.join(ALL)} only"})
    session = call(
        "POST",
        "/v1/sessions",
        {
            "agent": agent["id"],
            "recorded": True,
            "title": f"About {TOKENS[0]}",
            "metadata": {"note": f"with {ALL[1]}"},
            "where": {"branch": ALL[4]},
        },
    )
    place = f"/v1/sessions/{session['id']}"
    reading = call.listen(f"{place}/events/stream", lambda got: b"the end of it" in got)
    for number, value in enumerate(ALL):
        call("POST", f"{place}/events", {"events": said(value, number)})
    last = {"type": "user.message", "content": "the end of it"}
    call("POST", f"{place}/events", {"events": [last]})
    reading.join(20)
    assert not reading.is_alive()
    everything = call("GET", f"{place}/events", params={"limit": 1000, "include": "hansard,raw"})
    assert json.dumps(everything).count("[secret:") > 2 * len(ALL)
    for path in (
        place,
        "/v1/sessions",
        "/v1/agents",
        f"/v1/agents/{agent['id']}",
        f"{place}/export",
    ):
        call("GET", path)
    for value in ALL:
        call("GET", "/v1/search", params={"q": value[:40]})
        call("POST", "/v1/redaction/test", {"text": f"is {value} known?"})
    call("POST", f"{place}/reset", {})
    for value in ALL[:10]:
        logging.getLogger("hansard.test").error("it failed with %s", value)
        try:
            raise RuntimeError(f"cannot log in with {value}")
        except RuntimeError:
            logging.getLogger("uvicorn.error").exception("unexpected")
    monkeypatch.setenv("HANSARD_URL", url)
    monkeypatch.setenv("HANSARD_API_KEY", ADMIN)
    for words in (["session", "show", session["id"]], ["session", "list"], ["agent", "list"]):
        with suppress(SystemExit):
            main(words)
    printed = capsys.readouterr()
    assert house.parts.indexer.settled(20)
    house.store.submit(lambda tx: tx.erased()).result()
    kept = b"".join(p.read_bytes() for p in house.settings.data_dir.rglob("*") if p.is_file())
    assert len(kept) > 1_000_000
    assert leaks(kept) == []
    assert leaks(b"\n".join(call.seen)) == []
    assert "it failed with [secret:" in lines.getvalue()
    assert leaks(lines.getvalue().encode()) == []
    assert "[secret:" in printed.out
    assert leaks((printed.out + printed.err).encode()) == []
