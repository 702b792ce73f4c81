"""Sources that are rewritten as they grow: read whole, and only what is new goes on."""

import errno
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from hansard.domain import foreign
from hansard.domain.draft import Json
from hansard.ingest.base import Damaged, Document, State, file_state
from hansard.ingest.lines import opened
from hansard.ingest.told import decode

_LARGEST = 256 << 20
_MARK = 16


@dataclass(slots=True)
class DocumentReader:
    """Reads a document again and again; gives each record once (as `Reader` gives lines).

    Attributes:
        at_rest: give also what is still being written.
        problem: what was wrong with the document when it was read last.
        lines: how many records it had then.
    """

    path: Path
    document: Document
    at_rest: bool = False
    problem: str | None = None
    lines: int = 0
    at_end: bool = False
    tail: bytes = b""
    offset: int = 0
    digest: Any = field(default_factory=hashlib.sha256)
    state: State | None = None
    _seen: set[bytes] = field(default_factory=set[bytes])

    def read(self, until: int | None = None) -> Iterator[bytes | None]:
        """The records that were not given yet.

        Args:
            until: nothing goes on from a place in a document.

        Raises:
            OSError: it cannot be read.
        """
        self.at_end, self.problem, self.lines = False, None, 0
        self.state = self.document.state()
        try:
            for record in self.document.records(at_rest=self.at_rest):
                self.lines += 1
                mark = hashlib.sha256(record).digest()[:_MARK]
                if mark not in self._seen:
                    self._seen.add(mark)
                    yield record
        except Damaged as problem:
            self.problem = str(problem)
        self.at_end = until is None

    def only_grew(self) -> bool:
        """It goes on with what it has not given yet, whatever happened to the document."""
        return True


@dataclass(frozen=True, slots=True)
class JsonDocument:
    """A file that is one JSON object.

    Attributes:
        split: gives the records in the object; told whether those that are still being written
            are wanted too.
    """

    path: Path
    split: Callable[[Json, bool], Iterable[Json]]

    def state(self) -> State:
        """See `Document`."""
        return file_state(self.path)

    def records(self, *, at_rest: bool) -> Iterator[bytes]:
        """See `Document`."""
        for record in self.split(read_object(self.path), at_rest):
            yield written(record)


def read_object(path: Path) -> Json:
    """The JSON object that a file is.

    Raises:
        OSError: it cannot be read, or is larger than 256 MiB.
        Damaged: it is no JSON object, or not a whole one.
    """
    with opened(path) as (file, _):
        body = file.read(_LARGEST + 1)
    if len(body) > _LARGEST:
        raise OSError(errno.EFBIG, "larger than 256 MiB", str(path))
    try:
        return decode(body)
    except ValueError:
        raise Damaged("not a whole JSON document") from None


def written(record: Json) -> bytes:
    """A record as a line."""
    try:
        return orjson.dumps(record)
    except (orjson.JSONEncodeError, RecursionError):
        raise Damaged("a record that cannot be written") from None


def objects(value: Any) -> Iterator[Json]:
    """The objects in what should be a list of objects."""
    for item in foreign.items(value):
        if isinstance(item, dict):
            yield foreign.mapping(item)
