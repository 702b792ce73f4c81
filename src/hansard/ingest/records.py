"""Raw source records of a session: numbered, redacted, kept once, in compressed blocks."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from hansard.domain.errors import NotFound
from hansard.journal import read
from hansard.store import blobs
from hansard.store.base import Store, Tx


@dataclass(slots=True)
class Records:
    """The raw records of one session while its file is read.

    Args:
        clean: redacts one record.
        fresh: the file continues what is stored, so nothing needs to be compared.
    """

    store: Store
    workspace_id: str
    session_id: str
    clean: Callable[[bytes], bytes]
    fresh: bool
    next_n: int = 0
    _next_block: int = 0
    _known: dict[bytes, int] = field(default_factory=dict[bytes, int])
    _first: int = 0
    _waiting: list[bytes] = field(default_factory=list[bytes])
    _ready: bool = False

    def number(self, line: bytes) -> int:
        """Keep a record; its number, the old one when the session has it already."""
        self._prepare()
        record = self.clean(line).replace(b"\n", b" ")
        mark = hashlib.sha256(record).digest()[:16]
        known = None if self.fresh else self._known.get(mark)
        if known is not None:
            return known
        n = self.next_n
        self.next_n += 1
        if not self.fresh:
            self._known[mark] = n
        self._waiting.append(record)
        return n

    def save(self, tx: Tx, sid: int) -> None:
        """Write what waits as one block, in the transaction of its events."""
        if not self._waiting:
            return
        body = read.pack(self._waiting)
        count = len(self._waiting)
        blobs.add_block(tx, self.workspace_id, sid, self._next_block, self._first, count, body)

    def saved(self) -> None:
        """The transaction is durable: begin the next block."""
        if self._waiting:
            self._next_block += 1
            self._first += len(self._waiting)
            self._waiting = []

    def _prepare(self) -> None:
        if self._ready:
            return
        self._ready = True
        try:
            at = read.place(self.store, self.workspace_id, self.session_id)
        except NotFound:
            return
        self._next_block, self.next_n = self.store.read(
            lambda c: blobs.last_block(c, self.workspace_id, at.sid)
        )
        self._first = self.next_n
        if self.fresh or not self.next_n:
            return
        for first, _, body in self.store.read(lambda c: blobs.blocks(c, self.workspace_id, at.sid)):
            for offset, record in enumerate(read.unpack(body)):
                self._known[hashlib.sha256(record).digest()[:16]] = first + offset
