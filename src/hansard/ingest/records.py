"""Raw source records of a session: numbered, redacted, kept once, in compressed blocks."""

import hashlib
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from hansard.domain.errors import NotFound
from hansard.journal import read
from hansard.store import blobs
from hansard.store.base import Store, Tx

_NAMES = 4_096
_OVERHEAD = 100
"""Bytes that a record takes beside its own while it waits."""


@dataclass(slots=True)
class Records:
    """The raw records of one session while a file is read.

    A record that the session has already keeps its number: the first of equal ones meets the
    first of the stored ones, and so on. Files of one session take turns: between two blocks
    another file's reading may have added some.

    Args:
        clean: redacts one record.
        compare: look for records that are there already; a file that goes on brings none.
    """

    store: Store
    workspace_id: str
    session_id: str
    clean: Callable[[bytes], bytes]
    compare: bool
    size: int = 0
    _names: OrderedDict[str, int] = field(default_factory=OrderedDict[str, int])
    _stored: dict[bytes, deque[int]] | None = None
    _waiting: list[bytes] = field(default_factory=list[bytes])
    _block: int = 0
    _first: int = 0
    _sid: int | None = None

    def number(self, line: bytes) -> int:
        """Keep a record; its number."""
        record = self._clean(line)
        if self.compare:
            same = self._known().get(_mark(record))
            if same:
                return same.popleft()
        if not self._waiting:
            self._block, self._first = self._end()
        self._waiting.append(record)
        self.size += len(record) + _OVERHEAD
        return self._first + len(self._waiting) - 1

    def name(self, record_id: str | None, number: int) -> None:
        """Remember the number of a record by its id in the source; the latest 4,096."""
        if record_id is not None and record_id not in self._names:
            self._names[record_id] = number
            if len(self._names) > _NAMES:
                self._names.popitem(last=False)

    def named(self, record_id: str | None) -> int | None:
        """The number of a record, if it was met lately."""
        return None if record_id is None else self._names.get(record_id)

    def locate(self, lines: Sequence[bytes]) -> list[int | None]:
        """The numbers of lines that were kept by an earlier reading, newest first looked for."""
        marks = [_mark(self._clean(line)) for line in lines]
        missing = set(marks)
        found: dict[bytes, list[int]] = {}
        for first, body in reversed(self._blocks()):
            for offset, record in reversed(list(enumerate(read.unpack(body)))):
                mark = _mark(record)
                if mark in missing:
                    found.setdefault(mark, []).append(first + offset)
            if missing <= found.keys():
                break
        numbers = [found.get(mark, []) for mark in reversed(marks)]
        return [each.pop(0) if each else None for each in numbers][::-1]

    def save(self, tx: Tx, sid: int) -> None:
        """Write what waits as one block, in the transaction of its events."""
        if self._waiting:
            body, count = read.pack(self._waiting), len(self._waiting)
            blobs.add_block(tx, self.workspace_id, sid, self._block, self._first, count, body)

    def saved(self) -> None:
        """What waited is durable, or not wanted."""
        self._waiting, self.size = [], 0

    def end(self) -> None:
        """The file was read to its end: what comes later goes on from there."""
        self.compare, self._stored = False, None

    def _clean(self, line: bytes) -> bytes:
        return self.clean(line).replace(b"\n", b" ")

    def _end(self) -> tuple[int, int]:
        """(next block, next number) in the store."""
        sid = self._place()
        if sid is None:
            return 0, 0
        return self.store.read(lambda c: blobs.last_block(c, self.workspace_id, sid))

    def _known(self) -> dict[bytes, deque[int]]:
        if self._stored is None:
            self._stored = {}
            for first, body in self._blocks():
                for offset, record in enumerate(read.unpack(body)):
                    self._stored.setdefault(_mark(record), deque()).append(first + offset)
        return self._stored

    def _blocks(self) -> list[tuple[int, bytes]]:
        sid = self._place()
        if sid is None:
            return []
        found = self.store.read(lambda c: blobs.blocks(c, self.workspace_id, sid))
        return [(first, body) for first, _, body in found]

    def _place(self) -> int | None:
        """Where the session lies in the store; None while it is not there."""
        if self._sid is None:
            with suppress(NotFound):
                self._sid = read.place(self.store, self.workspace_id, self.session_id).sid
        return self._sid


def _mark(record: bytes) -> bytes:
    return hashlib.sha256(record).digest()[:16]
