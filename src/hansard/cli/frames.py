"""Server-sent events: bytes to frames, and a follower that survives cuts (P12)."""

import json
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from hansard.cli.connection import Connection, Dropped, NoServer, Query
from hansard.domain.draft import Json

_PAUSES_S = (0.2, 1.0, 2.0, 5.0)


@dataclass(frozen=True, slots=True)
class Frame:
    """One event of a stream; `id` is the cursor and is missing on what is not durable."""

    event: str
    data: str
    id: str | None = None

    def json(self) -> Any:
        """The data as a JSON value; None when it is none."""
        try:
            return json.loads(self.data)
        except ValueError:
            return None


def frames(pieces: Iterable[bytes]) -> Iterator[Frame]:
    """Cut a byte stream into frames; comments (heartbeats) and a torn last frame are dropped.

    Lines end at a newline only: the data may hold every other character that splits text.
    """
    name, identifier = "message", None
    data: list[str] = []
    for line in _lines(pieces):
        if not line:
            if data:
                yield Frame(name, "\n".join(data), identifier)
            name, identifier, data = "message", None, []
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "data":
            data.append(value)
        elif field == "id" and "\0" not in value:
            identifier = value


def _lines(pieces: Iterable[bytes]) -> Iterator[str]:
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line.removesuffix(b"\r").decode("utf-8", "replace")


def follow(
    connect: Callable[[], Connection],
    path: str,
    query: Query,
    *,
    after: int | None,
    on_cut: Callable[[str], None],
) -> Generator[Frame]:
    """Frames of a stream for ever, resumed after the last durable one when it is cut.

    Args:
        connect: gives a connection; asked again after a cut, as the server may have moved.
        after: the cursor to begin after; None takes what comes from now on.
        on_cut: told once per cut why the stream broke.

    Raises:
        Failure: the first connection fails, or the server refuses.
    """
    cursor = None if after is None else str(after)
    opened, tries = False, 0
    while True:
        sent = [*query, ("after", cursor)] if cursor is not None else query
        headers = {"Last-Event-ID": cursor} if cursor and opened else {}
        try:
            with connect().stream(path, sent, headers) as pieces:
                opened = True
                for frame in frames(pieces):
                    tries = 0
                    cursor = frame.id or _resynced(frame) or cursor
                    yield frame
            reason = "the server ended the stream"
        except (Dropped, NoServer) as problem:
            if not opened:
                raise
            reason = problem.message
        if tries == 0:
            on_cut(reason)
        time.sleep(_PAUSES_S[min(tries, len(_PAUSES_S) - 1)])
        tries += 1


def _resynced(frame: Frame) -> str | None:
    """The cursor that a `resync` frame tells to go on from."""
    told = frame.json() if frame.event == "resync" else None
    cursor = cast(Json, told).get("cursor") if isinstance(told, dict) else None
    return None if cursor is None else str(cursor)
