"""Complete lines of a file that may still grow, in bounded memory."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

_CHUNK = 1 << 20
_LONGEST = 64 << 20
_EDGE = 256


@dataclass(slots=True)
class Reader:
    """Reads a file line by line and remembers how far.

    Attributes:
        offset: bytes of the lines read so far.
        lines: how many lines that were.
        digest: SHA-256 over those bytes.
    """

    path: Path
    offset: int = 0
    lines: int = 0
    digest: Any = field(default_factory=hashlib.sha256)
    edge: bytes = b""

    def read(self, until: int | None = None) -> Iterator[bytes | None]:
        """The next complete lines without their newlines; None for one over 64 MiB.

        A last line without a newline is complete when it reads as JSON: most finished files
        end so, and a line that is cut in the middle never reads.

        Args:
            until: stop at this offset.

        Raises:
            OSError: the file cannot be read.
        """
        with self.path.open("rb") as file:
            file.seek(self.offset)
            rest = b""
            while True:
                room = _CHUNK if until is None else min(_CHUNK, until - self.offset - len(rest))
                chunk = file.read(room) if room > 0 else b""
                if not chunk:
                    break
                parts = (rest + chunk).split(b"\n")
                rest = parts.pop()
                for line in parts:
                    self._took(line + b"\n")
                    yield line
                if len(rest) > _LONGEST:
                    yield self._overlong(file, rest)
                    rest = b""
            if rest and _is_json(rest):
                self._took(rest)
                yield rest

    def moved_on(self) -> bool:
        """Whether the file still begins with what was read: it only grew.

        Raises:
            OSError: the file cannot be read.
        """
        if self.path.stat().st_size < self.offset:
            return False
        with self.path.open("rb") as file:
            file.seek(max(0, self.offset - len(self.edge)))
            return file.read(len(self.edge)) == self.edge

    def _took(self, raw: bytes) -> None:
        self.offset += len(raw)
        self.lines += 1
        self.digest.update(raw)
        self.edge = (self.edge + raw)[-_EDGE:]

    def _overlong(self, file: Any, start: bytes) -> None:
        """Pass over a line that no memory should hold."""
        self.offset += len(start)
        self.digest.update(start)
        while chunk := file.readline(_CHUNK):
            self.offset += len(chunk)
            self.digest.update(chunk)
            self.edge = chunk[-_EDGE:]
            if chunk.endswith(b"\n"):
                break
        self.lines += 1


def _is_json(line: bytes) -> bool:
    try:
        orjson.loads(line)
    except ValueError:
        return False
    return True
