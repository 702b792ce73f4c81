"""Server processes to measure: started on a free loopback port, always stopped again."""

import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import orjson

ROOT = Path(__file__).resolve().parent.parent
_START_S = 60.0
_POLL_S = 0.002
_PIECE = 1 << 20
_AS_OURS = (
    *("--log-level", "warning", "--no-access-log", "--no-server-header", "--no-proxy-headers"),
    *("--ws", "none", "--timeout-keep-alive", "15"),
)
"""The settings of the product's own server."""


class Served:
    """A server process and one keep-alive connection to it; use it as a context manager.

    Args:
        command: what to run; `{port}` stands for the port it gets.
        ready: the path that answers 200 when it works.
        headers: sent with every request.
        environ: put into its environment.

    Attributes:
        seconds: from the start of the process to its first answer.
    """

    def __init__(
        self,
        command: list[str],
        ready: str,
        headers: dict[str, str] | None = None,
        environ: dict[str, str] | None = None,
    ) -> None:
        self.port = _free_port()
        self.headers = headers or {}
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [part.format(port=self.port) for part in command],
            cwd=ROOT,
            env={**_environment(), **(environ or {})},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            self._wait(ready)
        except BaseException:
            self.close()
            raise
        self.seconds = time.perf_counter() - began

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(self, path: str) -> bytes:
        """A GET over the kept connection.

        Raises:
            RuntimeError: it was not answered with 200.
        """
        return self._ask("GET", path, None)

    def post(self, path: str, body: Any) -> Any:
        """A POST of JSON over the kept connection; the JSON of the answer."""
        return orjson.loads(self._ask("POST", path, orjson.dumps(body)))

    def pieces(self, path: str) -> Iterator[bytes]:
        """The answer to a GET as it comes, never all of it in memory.

        Raises:
            RuntimeError: it was not answered with 200.
        """
        answer = self._begin("GET", path, None)
        while piece := answer.read(_PIECE):
            yield piece

    def rss_mb(self) -> float:
        """Resident memory of the process in MB (10^6 bytes)."""
        return rss_mb(self.process.pid)

    def close(self) -> None:
        """Stop the process; kill it when it does not."""
        self._connection.close()
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stderr is not None:
            self.process.stderr.close()

    def _ask(self, method: str, path: str, body: bytes | None) -> bytes:
        return self._begin(method, path, body).read()

    def _begin(self, method: str, path: str, body: bytes | None) -> http.client.HTTPResponse:
        headers = dict(self.headers)
        if body is not None:
            headers["content-type"] = "application/json"
        try:
            self._connection.request(method, path, body, headers)
        except (BrokenPipeError, ConnectionResetError):  # the server ends connections that rest
            self._connection.close()
            self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.read()[:300]!r}")
        return answer

    def _wait(self, ready: str) -> None:
        until = time.perf_counter() + _START_S
        while time.perf_counter() < until:
            if self.process.poll() is not None:
                said = self.process.stderr.read() if self.process.stderr else b""
                raise RuntimeError(f"the server ended: {said.decode(errors='replace')[-2000:]}")
            with suppress(OSError, http.client.HTTPException):
                self.get(ready)
                return
            self._connection.close()
            time.sleep(_POLL_S)
        raise RuntimeError("the server did not answer in time")


def hansard(data_dir: Path, ready: str = "/v1/sessions?limit=50&sort=active_first") -> Served:
    """The product as a person starts it, on a data folder, without import."""
    token = f"hansard_admin_{secrets.token_urlsafe(24)}"
    command = [sys.executable, "-m", "hansard", "--data-dir", str(data_dir), "up"]
    return Served(
        [*command, "--port", "{port}", "--no-open", "--no-import"],
        ready,
        {"authorization": f"Bearer {token}"},
        {"HANSARD_ADMIN_TOKEN": token, "HOME": str(data_dir), "XDG_CONFIG_HOME": str(data_dir)},
    )


def bare(app: str, ready: str, environ: dict[str, str] | None = None) -> Served:
    """An ASGI application of this package on the same server library."""
    command = [sys.executable, "-m", "uvicorn", f"benchmarks.{app}", "--port", "{port}"]
    return Served([*command, *_AS_OURS], ready, None, environ)


def rss_mb(pid: int) -> float:
    """Resident memory of a process in MB (10^6 bytes)."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        shown = subprocess.check_output(["ps", "-o", "rss=", "-p", str(pid)])
        return int(shown) * 1024 / 1e6
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024 / 1e6


def forget_peak(pid: int) -> None:
    """Let the peak of a process begin at what is resident now; only Linux can."""
    with suppress(OSError):
        Path(f"/proc/{pid}/clear_refs").write_text("5")


def peak_mb(pid: int) -> float:
    """The most resident memory of a process in MB; elsewhere than on Linux what it has now."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return rss_mb(pid)
    line = next(line for line in lines if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e6


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("HANSARD_")}
    return {**kept, "PYTHONUNBUFFERED": "1"}
