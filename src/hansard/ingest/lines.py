"""Complete lines of a file that may still grow, in bounded memory."""

import errno
import hashlib
import io
import json
import os
import stat
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any, cast

import orjson
import zstandard

from hansard.ingest.base import Source, State

COMPRESSED = ".zst"
"""The ending of a file that is unpacked while it is read."""
_CHUNK = 1 << 20
_LONGEST = 64 << 20
_EDGE = 256
_BOM = b"\xef\xbb\xbf"


@contextmanager
def plain(path: Path) -> Generator[tuple[IO[bytes], os.stat_result]]:
    """A regular file for reading, as it is, and its facts at that moment.

    Opening a pipe would wait for a writer, and what the system makes up while it is read may
    never end: a file without a size is not read at all.

    Raises:
        OSError: it cannot be read, or is no regular file.
    """
    with open(path, "rb", opener=_without_waiting) as file:
        facts = os.fstat(file.fileno())
        if not stat.S_ISREG(facts.st_mode) or facts.st_dev in _made_up():
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        yield (file if facts.st_size else io.BytesIO()), facts


def beginning(path: Path, size: int) -> bytes | None:
    """The first bytes of a file as it is; None when it cannot be read."""
    try:
        with plain(path) as (file, _):
            return file.read(size)
    except OSError:
        return None


@cache
def _made_up() -> frozenset[int]:
    """The file systems of the system itself, where nothing lies on a disk."""
    places = (Path(name) for name in ("/proc", "/sys"))
    return frozenset(place.stat().st_dev for place in places if place.is_mount())


@contextmanager
def opened(path: Path) -> Generator[tuple[IO[bytes], os.stat_result]]:
    """A regular file for reading, unpacked when it is compressed, and its facts at that moment.

    Raises:
        OSError: it cannot be read, is no regular file, or is damaged.
    """
    with plain(path) as (file, facts):
        if path.suffix != COMPRESSED:
            yield file, facts
            return
        try:
            unpacked = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
            yield io.BufferedReader(cast(io.RawIOBase, unpacked), _CHUNK), facts
        except zstandard.ZstdError as problem:
            raise OSError(errno.EIO, "a damaged compressed file", str(path)) from problem


@dataclass(slots=True)
class Reader:
    """Reads a file line by line and remembers how far.

    Attributes:
        offset: bytes of the lines read so far, of what a compressed file holds.
        lines: how many lines that were.
        digest: SHA-256 over those bytes.
        facts: size, time and identity of the file before it was read last.
        tail: what stands behind the last complete line, once the end was reached; may be dropped.
        at_end: whether the last reading came to the end of the file.
        at_rest, problem: of documents (`DocumentReader`), without a meaning here.
    """

    path: Path
    offset: int = 0
    lines: int = 0
    digest: Any = field(default_factory=hashlib.sha256)
    facts: os.stat_result | None = None
    tail: bytes = b""
    at_end: bool = False
    at_rest: bool = False
    problem: str | None = None
    _behind: int = 0
    _edge: bytes = b""

    def read(self, until: int | None = None) -> Iterator[bytes | None]:
        """The next complete lines without their newlines; None for one over 64 MiB.

        A last line without a newline is complete when it reads as a JSON object: most finished
        files end so, and a line that is cut in the middle never reads.

        Args:
            until: stop at this offset.

        Raises:
            OSError: the file cannot be read.
        """
        self.at_end, self.tail = False, b""
        with opened(self.path) as (file, self.facts):
            _pass_over(file, self.offset)
            pending: list[bytes] = []
            held = 0
            while chunk := file.read(_room(until, self.offset + held)):
                *complete, rest = chunk.split(b"\n")
                for part in complete:
                    line = b"".join((*pending, part)) if pending else part
                    pending, held = [], 0
                    self._took(line + b"\n")
                    yield line
                pending.append(rest)
                held += len(rest)
                if held > _LONGEST:
                    yield self._overlong(file, pending)
                    pending, held = [], 0
            self.tail = b"".join(pending)
            if _is_object(self.tail):
                line, self.tail = self.tail, b""
                self._took(line)
                yield line
            self._behind = len(self.tail)
            self.at_end = until is None

    @property
    def state(self) -> State | None:
        """The state of the file before it was read last."""
        was = self.facts
        return None if was is None else (was.st_ino, was.st_size, was.st_mtime_ns)

    def only_grew(self) -> bool:
        """Whether the file is the one that was read, with more behind that or nothing.

        Raises:
            OSError: the file cannot be read.
        """
        was, now = self.facts, self.path.stat()
        if was is None or (now.st_dev, now.st_ino) != (was.st_dev, was.st_ino):
            return False
        changed = now.st_mtime_ns != was.st_mtime_ns
        if self.path.suffix == COMPRESSED:
            return not changed and now.st_size == was.st_size
        if now.st_size <= self.offset + self._behind:
            return not changed and now.st_size == self.offset + self._behind
        with opened(self.path) as (file, _):
            file.seek(self.offset - len(self._edge))
            return file.read(len(self._edge)) == self._edge

    def _took(self, raw: bytes) -> None:
        self.offset += len(raw)
        self.lines += 1
        self.digest.update(raw)
        self._edge = raw[-_EDGE:] if len(raw) >= _EDGE else (self._edge + raw)[-_EDGE:]

    def _overlong(self, file: IO[bytes], start: list[bytes]) -> None:
        """Pass over a line that no memory should hold."""
        for part in start:
            self.offset += len(part)
            self.digest.update(part)
        while part := file.readline(_CHUNK):
            self.offset += len(part)
            self.digest.update(part)
            self._edge = part[-_EDGE:]
            if part.endswith(b"\n"):
                break
        self.lines += 1


def unpacked(source: Source) -> Source:
    """A source as if it were not compressed: what its name and place tell stays the same."""
    if source.path.suffix != COMPRESSED:
        return source
    return Source(source.path.with_suffix(""), source.root)


def _without_waiting(path: str, flags: int) -> int:
    """A named pipe is opened at once, even if nobody writes to it."""
    return os.open(path, flags | os.O_NONBLOCK)


def _pass_over(file: IO[bytes], count: int) -> None:
    if not isinstance(getattr(file, "raw", None), zstandard.ZstdDecompressionReader):
        file.seek(count)
        return
    while count and (part := file.read(min(count, _CHUNK))):
        count -= len(part)


def _room(until: int | None, position: int) -> int:
    return _CHUNK if until is None else max(0, min(_CHUNK, until - position))


def _is_object(line: bytes) -> bool:
    """Whether a line is a whole JSON object, broken characters in its strings or not."""
    body = line.strip().removeprefix(_BOM)
    if not (body.startswith(b"{") and body.endswith(b"}")):
        return False
    try:
        orjson.loads(body)
    except ValueError:
        try:
            json.loads(body.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            return False
    return True
