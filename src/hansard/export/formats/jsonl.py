"""JSON lines: the whole record, signed, to be imported again and checked offline (S1-8, P25).

The form is docs/reference/export.md; its lines are written and read by `journal.line`.
"""

import hashlib
from collections.abc import Iterator

from hansard.domain import instant
from hansard.domain.draft import Json
from hansard.export.base import Selection
from hansard.journal import copy, line

_PIECE = 128 * 1024


class Jsonl:
    """A header, then for each session its events, contents and raw records, then the end."""

    name = "jsonl"
    title = "JSON lines"
    media_type = "application/jsonl"
    suffix = ".jsonl"

    def write(self, chosen: Selection) -> Iterator[bytes]:
        """The file in pieces of about 128 KiB."""
        waiting: list[bytes] = []
        size = 0
        for piece in self._signed(chosen):
            waiting.append(piece)
            size += len(piece)
            if size >= _PIECE:
                yield b"".join(waiting)
                waiting, size = [], 0
        yield b"".join(waiting)

    def _signed(self, chosen: Selection) -> Iterator[bytes]:
        digest = hashlib.sha256()
        for piece in self._lines(chosen):
            digest.update(piece)
            yield piece
        events = sum(one.seq for one in chosen.sessions)
        whole = digest.hexdigest()
        yield line.end(len(chosen.sessions), events, whole, chosen.seal.file(whole))

    def _lines(self, chosen: Selection) -> Iterator[bytes]:
        start: Json = {
            "exported_at": instant.to_wire(chosen.at),
            "hansard": chosen.version,
            "segments": "all",
            "public_key": chosen.seal.public_key,
        }
        yield from line.header(start, self._entries(chosen))
        store, where = chosen.store, chosen.workspace_id
        for one in chosen.sessions:
            for part in (copy.events, copy.usage, copy.contents, copy.records):
                yield from part(store, where, one)

    def _entries(self, chosen: Selection) -> Iterator[Json]:
        for one in chosen.sessions:
            signature = chosen.seal.head(one.session_id, one.seq, one.head)
            head = {"seq": one.seq, "hash": one.head, "signature": signature}
            yield {**copy.described(chosen.store, chosen.workspace_id, one), "head": head}


FORMAT = Jsonl()
