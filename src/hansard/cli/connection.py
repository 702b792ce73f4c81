"""Find the server and speak HTTP to it; errors come back as exit codes."""

import json
import os
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from hansard import __version__
from hansard.cli.failure import Exit, Failure, again, exit_code
from hansard.domain.draft import Json

if TYPE_CHECKING:
    import httpx

Query = Sequence[tuple[str, str]]
_TIMEOUT_S = 30.0
_CONNECT_S = 5.0
LONG_S = 3_600.0
"""For what takes as long as the database is large."""
STREAM_QUIET_S = 45.0
"""Three missed heartbeats: the connection is dead though nobody closed it."""


class NoServer(Failure):
    """Nothing answers at the address, or no address is known."""

    def __init__(self, message: str) -> None:
        super().__init__(message, hint=f"start it with: {again('up')}")


class Dropped(Failure):
    """A stream ended before its time; it can be resumed."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the server is, and what opens it.

    Attributes:
        local: the address was found in the data folder, so the server shares our files.
    """

    url: str
    secret: str | None
    local: bool


def find(server: str | None, data_dir: Path, environ: Mapping[str, str]) -> Target:
    """The server to talk to: the named one, else the one running on the data folder.

    The admin secret is only ever sent to the address that its own folder names, and only while
    the process that wrote it lives: another user's program could wait on a port left behind.

    Raises:
        NoServer: none is named, and none runs.
    """
    running = running_server(data_dir)
    named = server or environ.get("HANSARD_URL")
    key = environ.get("HANSARD_API_KEY") or _from_file(environ.get("HANSARD_API_KEY_FILE"))
    if named and named.rstrip("/") != running:
        if urlsplit(named).scheme not in ("http", "https"):
            raise Failure(f"not an http address: {named}", Exit.USAGE)
        return Target(named.rstrip("/"), key, local=False)
    if running is None:
        raise NoServer(f"no server runs on {data_dir}")
    return Target(running, key or _from_file(str(data_dir / "admin_secret")), local=True)


def running_server(data_dir: Path) -> str | None:
    """The address of the live process that serves a data folder."""
    try:
        known: Json = json.loads((data_dir / "server.json").read_text())
        os.kill(int(known["pid"]), 0)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return str(known["url"]).rstrip("/")


class Connection:
    """Requests to one server; one TCP connection is kept for all of them."""

    def __init__(self, target: Target) -> None:
        self.target = target

    @cached_property
    def _client(self) -> "httpx.Client":
        import httpx

        headers = {"User-Agent": f"hansard/{__version__}"}
        if self.target.secret:
            headers["Authorization"] = f"Bearer {self.target.secret}"
        address = urlsplit(self.target.url)
        return httpx.Client(
            base_url=self.target.url,
            headers=headers,
            timeout=httpx.Timeout(_TIMEOUT_S, connect=_CONNECT_S),
            # A proxy of the environment must not see what stays on this machine.
            trust_env=address.hostname not in ("127.0.0.1", "localhost", "::1"),
            # Reading the certificates takes longer than the request, and http has no use for them.
            verify=address.scheme == "https",
        )

    def request(
        self,
        method: str,
        path: str,
        query: Query = (),
        body: Json | None = None,
        timeout: float = _TIMEOUT_S,
    ) -> Any:
        """Send a request and read its JSON answer; None when the answer is empty.

        Raises:
            Failure: as the error envelope says, or because nobody answered (NoServer) or not
                in time.
        """
        content = self.content(method, path, query, body, timeout)[1]
        if not content:
            return None
        try:
            return json.loads(content)
        except ValueError as problem:
            raise Failure(f"{self.target.url} does not answer as Hansard does") from problem

    def content(
        self,
        method: str,
        path: str,
        query: Query = (),
        body: Json | None = None,
        timeout: float = _TIMEOUT_S,
    ) -> tuple[str, bytes]:
        """Send a request and read its answer as (media type, bytes); `timeout` in seconds."""
        with self._failures(timeout):
            response = self._client.request(
                method, path, params=list(query), json=body, timeout=timeout
            )
        if not response.is_success:
            raise _refusal(response.status_code, response.content, response.headers)
        return response.headers.get("content-type", ""), response.content

    def upload(self, path: str, name: str, file: IO[bytes], fields: Mapping[str, str]) -> Json:
        """Send a file as a form, read as it goes; gives the JSON answer."""
        with self._failures(LONG_S):
            response = self._client.post(
                path, files={"file": (name, file)}, data=dict(fields), timeout=LONG_S
            )
        if not response.is_success:
            raise _refusal(response.status_code, response.content, response.headers)
        return cast(Json, response.json())

    @contextmanager
    def stream(
        self, path: str, query: Query, headers: Mapping[str, str]
    ) -> Generator[Iterator[bytes]]:
        """Open a stream and give its bytes as they arrive."""
        import httpx

        quiet = httpx.Timeout(_TIMEOUT_S, connect=_CONNECT_S, read=STREAM_QUIET_S)
        accept = {"Accept": "text/event-stream", **headers}
        with (
            self._failures(streaming=True),
            self._client.stream(
                "GET", path, params=list(query), headers=accept, timeout=quiet
            ) as response,
        ):
            if not response.is_success:
                raise _refusal(response.status_code, response.read(), response.headers)
            yield response.iter_bytes()

    @contextmanager
    def download(
        self, method: str, path: str, body: Json | None = None
    ) -> Generator[tuple[Mapping[str, str], Iterator[bytes]]]:
        """Open a long answer and give its headers and its bytes as they arrive."""
        import httpx

        slow = httpx.Timeout(_TIMEOUT_S, connect=_CONNECT_S, read=LONG_S)
        with (
            self._failures(LONG_S),
            self._client.stream(method, path, json=body, timeout=slow) as response,
        ):
            if not response.is_success:
                raise _refusal(response.status_code, response.read(), response.headers)
            yield response.headers, response.iter_bytes()

    @contextmanager
    def _failures(self, seconds: float = _TIMEOUT_S, *, streaming: bool = False) -> Generator[None]:
        import httpx

        where = self.target.url
        try:
            yield
        except (httpx.ConnectError, httpx.ConnectTimeout) as problem:
            raise NoServer(f"no server answers at {where}") from problem
        except httpx.TransportError as problem:
            if streaming:
                raise Dropped("the connection was cut") from problem
            if isinstance(problem, httpx.TimeoutException):
                message = f"{where} did not answer within {seconds:.0f} s"
                raise Failure(message, Exit.TIMEOUT) from problem
            raise Failure(f"{where} broke the connection off: {problem}") from problem
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as problem:
            raise Failure(f"not an http address: {where}", Exit.USAGE) from problem

    def close(self) -> None:
        """Let go of the connection."""
        if "_client" in self.__dict__:
            self._client.close()


def _refusal(status: int, content: bytes, headers: Mapping[str, str]) -> Failure:
    """The failure that an error answer stands for."""
    envelope = _envelope(content)
    error: Json = envelope.get("error") or {}
    message = error.get("message") or f"the server answered {status}"
    request_id = envelope.get("request_id") or headers.get("x-request-id")
    code = exit_code(error.get("type"), status)
    hint = None
    if status == 401:
        made = again("key create --name NAME --scope write")
        hint = f"set HANSARD_API_KEY; make a key with: {made}"
    kind = Dropped if status >= 500 or status == 429 else Failure
    return kind(str(message), code, request_id=request_id, hint=hint)


def _envelope(content: bytes) -> Json:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    known = cast("Json", found) if isinstance(found, dict) else {}
    return known if isinstance(known.get("error"), dict) else {}


def _from_file(path: str | None) -> str | None:
    if not path:
        return None
    try:
        return Path(path).read_text().strip() or None
    except OSError:
        return None
