"""A run of the command line in this process, and a small real HTTP server to speak to."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from hansard.cli.main import main


@dataclass
class Result:
    """How a run ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """`hansard WORDS…` with a data folder and home of its own."""
    for name in ("HANSARD_URL", "HANSARD_API_KEY", "HANSARD_API_KEY_FILE", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HANSARD_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.chdir(tmp_path)

    def start(*words: str) -> Result:
        capsys.readouterr()
        code = 0
        try:
            main(list(words))
        except SystemExit as end:
            code = int(end.code or 0)
        printed = capsys.readouterr()
        return Result(code, printed.out, printed.err)

    return start


@dataclass
class Request:
    """What the stand was asked."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: Any


@dataclass
class Stand:
    """A real HTTP server that gives the answers it was told to, in the API's shapes.

    An answer is a JSON value, (status, JSON value), bytes, or a function that gets the handler
    and writes what it wants.
    """

    url: str = ""
    answers: dict[tuple[str, str], Any] = field(default_factory=dict[tuple[str, str], Any])
    requests: list[Request] = field(default_factory=list[Request])
    otherwise: Any = None

    def refuse(self, status: int, kind: str, message: str) -> None:
        """Answer everything with an error of the protocol."""
        error = {"type": kind, "message": message}
        self.otherwise = (status, {"type": "error", "error": error, "request_id": "req_7"})

    def answer(self, method: str, path: str) -> Any:
        missing = {"type": "error", "error": {"type": "not_found_error", "message": "nothing"}}
        return self.answers.get((method, path), self.otherwise or (404, missing))


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch, run: Run) -> Iterator[Stand]:
    """A running stand that `run` finds by HANSARD_URL."""
    made = Stand()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(made))
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    monkeypatch.setenv("HANSARD_URL", made.url)
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def _handler(stand: Stand) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            split = urlsplit(self.path)
            length = int(self.headers.get("content-length") or 0)
            raw = self.rfile.read(length)
            is_form = "multipart" in self.headers.get("content-type", "")
            body = raw if is_form else json.loads(raw) if raw else None
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = parse_qsl(split.query, keep_blank_values=True)
            stand.requests.append(Request(self.command, split.path, query, headers, body))
            found = stand.answer(self.command, split.path)
            if callable(found):
                self.close_connection = True
                found(self)
                return
            status, value = found if isinstance(found, tuple) else (200, found)
            content = value if isinstance(value, bytes) else json.dumps(value).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = answer

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler


class Server:
    """Starts and stops `hansard up` in processes of their own.

    Attributes:
        said: the lines that the last one printed until it was ready.
    """

    def __init__(self) -> None:
        self.said: list[str] = []

    def start(self, folder: Path, *words: str) -> "subprocess.Popen[str]":
        """A server on a data folder, once it answers."""
        up = ["up", "--port", "0", "--no-open", "--no-import", *words]
        process = subprocess.Popen(
            [sys.executable, "-m", "hansard", *up],
            env={**os.environ, "HANSARD_DATA_DIR": str(folder), "HOME": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout
        self.said = []
        for line in process.stdout:
            self.said.append(line)
            if "Ctrl-C" in line:
                return process
        raise AssertionError("".join(self.said))

    def stop(self, process: "subprocess.Popen[str]") -> int:
        """Tell it to stop; its exit code."""
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        return process.returncode


@pytest.fixture(scope="session")
def server() -> Server:
    """Starts servers."""
    return Server()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Iterator[Path]:
    """The data folder of a running server."""
    made = tmp_path_factory.mktemp("server")
    process = server.start(made)
    yield made
    server.stop(process)


@pytest.fixture
def url(folder: Path) -> str:
    """Where it answers."""
    return str(json.loads((folder / "server.json").read_text())["url"])


@pytest.fixture
def served(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run`, against the running server."""
    monkeypatch.setenv("HANSARD_DATA_DIR", str(folder))
    monkeypatch.setenv("HOME", str(folder))
    return run
